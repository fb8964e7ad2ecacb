import { x } from '../know/versions/deb.ts'
import { readFileSync } from 'node:fs'
export const y = [x, readFileSync]

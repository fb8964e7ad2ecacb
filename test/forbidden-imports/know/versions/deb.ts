import { y } from '../where/inner.ts'
import { connect } from 'node:net'
export const x = [y, connect]

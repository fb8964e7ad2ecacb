import { Command } from 'commander'
export const y = Command

import { Hono } from 'hono'
export const y = Hono

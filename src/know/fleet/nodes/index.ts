/** Nodes and their pools, without what reads a cluster's documents: the index is built with it. */
export { poolOf } from '../node-pool.ts'

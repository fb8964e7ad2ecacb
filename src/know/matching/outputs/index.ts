export { writeCycloneDx } from './cyclonedx.ts'
export { writeMarkdown } from './markdown.ts'
export { writeOpenVex } from './openvex.ts'
export { writeSarif } from './sarif.ts'

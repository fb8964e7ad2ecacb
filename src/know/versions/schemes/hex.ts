import type { VersionScheme } from '../types.ts'
import { compareSemver, parseSemver, specification, type Semver } from './semver.ts'

export const hex: VersionScheme<Semver> = {
  id: 'hex',
  title: 'Hex (Elixir, Erlang)',
  links: [specification, 'https://hexdocs.pm/elixir/Version.html'],
  ecosystems: ['Hex'],
  purlTypes: ['hex', 'otp'],
  parse: (text) => parseSemver(text),
  order: compareSemver,
}

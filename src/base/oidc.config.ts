import type { Role } from '../core/people.ts'

/** Sign-in through an OpenID Connect provider. */
export interface OidcConfig {
  /** ALLCLEAR_OIDC_ISSUER: `https://login.example.org/realms/ops`; `http` on this machine only. */
  issuer: string
  /** ALLCLEAR_OIDC_CLIENT_ID. */
  clientId: string
  /** What is in the file that `clientSecretFile` (ALLCLEAR_OIDC_CLIENT_SECRET_FILE) names; null: a public client. */
  clientSecret: string | null
  /** What the button says: `Sign in with …`. */
  title: string
  scopes: readonly string[]
  /** The claim whose values are the groups of `roles`. */
  rolesClaim: string
  /** Groups that give a role, by role. Nobody: administrators give roles here. */
  roles: Readonly<Partial<Record<Role, readonly string[]>>>
  /** What somebody gets who is new and has no such group. */
  newcomers: Role | 'nobody'
}

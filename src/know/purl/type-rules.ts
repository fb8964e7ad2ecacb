import type { Purl } from './types.ts'

/**
 * What the types of package URLs ask beyond the general grammar: case, required and prohibited parts, and a few
 * rules of their own. Source: the type definitions of package-url/purl-spec. A type that is not listed has none.
 */
export interface TypeRule {
  /** Parts that are compared without case and written in lower case. */
  lower?: 'name' | 'namespace' | 'both'
  namespace?: 'required' | 'prohibited'
  /** Normalises the name beyond case. */
  name?(name: string, namespace: string | null, qualifiers: Record<string, string> | null): string
  version?(version: string): string
  /** Reason why the parts are not valid together, or `null`. */
  refuse?(parts: Purl): string | null
  /** The namespace is the host alone; the whole path behind it is the name. */
  pathAsName?: true
}

const none: TypeRule = {}

const rules: Record<string, TypeRule> = {
  alpm: { lower: 'both', namespace: 'required' },
  apk: { lower: 'both', namespace: 'required' },
  bazel: { namespace: 'prohibited' },
  bitbucket: { lower: 'both', namespace: 'required' },
  bitnami: { lower: 'name', namespace: 'prohibited' },
  brew: { lower: 'both' },
  cargo: { namespace: 'prohibited' },
  'chrome-extension': {
    namespace: 'prohibited',
    refuse: ({ name, version }) =>
      !/^[a-p]{32}$/.test(name)
        ? 'a Chrome extension is named by 32 letters from a to p'
        : version !== null && !/^\d{1,5}(?:\.\d{1,5}){0,3}$/.test(version)
          ? 'a Chrome extension has one to four numbers as version'
          : null,
  },
  cocoapods: {
    namespace: 'prohibited',
    refuse: ({ name }) =>
      /[\s+]/.test(name) || name.startsWith('.')
        ? 'a pod name has no space, no plus and no leading dot'
        : null,
  },
  composer: { lower: 'both', namespace: 'required' },
  conan: {
    refuse: ({ namespace, qualifiers }) =>
      namespace === null && qualifiers?.channel ? 'a Conan package with a channel also needs a user' : null,
  },
  conda: { namespace: 'prohibited', lower: 'name' },
  cpan: {
    refuse: ({ namespace, name }) =>
      name.includes('::')
        ? 'a CPAN package is a distribution, not a module: its name has no "::"'
        : namespace !== null && namespace !== namespace.toUpperCase()
          ? 'a CPAN author is written in upper case'
          : null,
  },
  cran: { namespace: 'prohibited' },
  deb: { lower: 'both', namespace: 'required' },
  docker: none,
  gem: { namespace: 'prohibited' },
  generic: none,
  git: {
    pathAsName: true,
    // GitHub compares owners and repositories without case.
    name: (name, namespace) =>
      namespace === 'github' || namespace === 'github.com' ? name.toLowerCase() : name,
  },
  github: { lower: 'both', namespace: 'required' },
  golang: { lower: 'both' },
  hackage: { namespace: 'prohibited' },
  hex: { lower: 'both' },
  huggingface: { version: (version) => version.toLowerCase() },
  julia: {
    namespace: 'prohibited',
    refuse: ({ qualifiers }) =>
      qualifiers?.uuid ? null : 'a Julia package is identified by its uuid qualifier',
  },
  luarocks: { lower: 'both' },
  maven: { namespace: 'required' },
  mlflow: {
    namespace: 'prohibited',
    // Databricks compares names without case, Azure ML with it (purl-spec, type mlflow).
    name: (name, _, qualifiers) =>
      qualifiers?.repository_url?.includes('databricks') ? name.toLowerCase() : name,
  },
  npm: { lower: 'both' },
  nuget: { namespace: 'prohibited' },
  oci: { lower: 'name', namespace: 'prohibited' },
  opam: { namespace: 'prohibited' },
  otp: { lower: 'name', namespace: 'prohibited' },
  pub: { lower: 'name', namespace: 'prohibited' },
  // Runs of the three separators are one hyphen (PyPA, "Name normalization").
  pypi: {
    lower: 'name',
    namespace: 'prohibited',
    name: (name) => (/[_.]|--/.test(name) ? name.replace(/[-_.]+/g, '-') : name),
  },
  qpkg: { lower: 'namespace', namespace: 'required' },
  rpm: { lower: 'namespace' },
  swid: {
    refuse: ({ qualifiers }) =>
      qualifiers?.tag_id ? null : 'a SWID tag is identified by its tag_id qualifier',
  },
  swift: {
    namespace: 'required',
    refuse: ({ version }) => (version === null ? 'a Swift package needs a version' : null),
  },
  vcpkg: { namespace: 'prohibited' },
  'vscode-extension': { lower: 'both', namespace: 'required' },
  yocto: { lower: 'namespace' },
}

/** By type. A map, because a document may name any type, `constructor` too. */
export const typeRules: ReadonlyMap<string, TypeRule> = new Map(Object.entries(rules))

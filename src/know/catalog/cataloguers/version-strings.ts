import { nothing, type Cataloguer, type CatalogFile, type Reading } from './types.ts'

/**
 * Programs and libraries that were copied into an image without a package manager, known by the version that they can
 * print. A row names the files, a text that stands near the version, and the pattern with the version as first group.
 */
interface KnownProgram {
  name: string
  files: RegExp
  near: string
  pattern: RegExp
  type?: string
}

const number = String.raw`\d+\.\d+(?:\.\d+)?`

const programs: readonly KnownProgram[] = [
  row('busybox', /^busybox$/, 'BusyBox v', `BusyBox v(${number})`),
  row(
    'openssl',
    /^(?:openssl|libcrypto\.so.*|libssl\.so.*)$/,
    'OpenSSL ',
    String.raw`OpenSSL (\d+\.\d+\.\d+[a-z]{0,2})[ \0-]`,
  ),
  row('nginx', /^(?:nginx|nginx-debug)$/, 'nginx/', `nginx/(${number})`),
  row('node', /^(?:node|nodejs|libnode\.so.*)$/, 'node.js/v', String.raw`node\.js/v(\d+\.\d+\.\d+)`),
  // The build id: version, host and seconds with nine zeros behind them (redis, src/mkreleasehdr.sh and release.c).
  row(
    'redis',
    /^redis-(?:server|sentinel|check-aof|check-rdb)$/,
    '000000000',
    String.raw`(\d+\.\d+\.\d+?)(?:[a-z][\w.-]*-)?\d{10}0{9}\0`,
  ),
  row('valkey', /^valkey-server$/, '000000000', String.raw`(\d+\.\d+\.\d+?)(?:[a-z][\w.-]*-)?\d{10}0{9}\0`),
  row('postgresql', /^postgres$/, 'PostgreSQL ', String.raw`PostgreSQL\) (\d+(?:\.\d+)+)`),
  row('mariadb', /^(?:mariadbd|mysqld)$/, '-MariaDB', String.raw`(\d+\.\d+\.\d+)-MariaDB`),
  row('haproxy', /^haproxy$/, ', released 2', String.raw`version (\d+\.\d+(?:\.\d+)?)[^,\s]*, released 2`),
  row('memcached', /^memcached$/, 'memcached ', String.raw`memcached (\d+\.\d+\.\d+)`),
  row('httpd', /^(?:httpd|apache2)$/, 'Apache/', String.raw`Apache/(\d+\.\d+\.\d+)`),
  row('php', /^(?:php.*|libphp.*\.so)$/, 'X-Powered-By: PHP/', String.raw`X-Powered-By: PHP/(\d+\.\d+\.\d+)`),
  row('perl', /^(?:perl|perl5.*|libperl\.so.*)$/, '/perl/5.', String.raw`/perl/(5\.\d+\.\d+)`),
  row('perl', /^(?:perl|perl5.*|libperl\.so.*)$/, '/perl5/5.', String.raw`/perl5/(5\.\d+\.\d+)`),
  row('ruby', /^(?:ruby|libruby.*\.so.*)$/, 'ruby ', String.raw`ruby (\d\.\d+\.\d+)(?:p\d+)? \(`),
  row('bash', /^bash$/, '@(#)Bash version ', String.raw`@\(#\)Bash version (\d+\.\d+\.\d+)`),
  row('curl', /^(?:curl|libcurl.*\.so.*)$/, 'libcurl/', String.raw`libcurl/(\d+\.\d+\.\d+)`),
  row('git', /^git$/, 'git/', String.raw`git/(\d+\.\d+\.\d+)`),
  row('zlib', /^libz\.so.*$/, ' deflate ', String.raw` deflate (\d+\.\d+(?:\.\d+)*) Copyright`),
  row('expat', /^libexpat\.so.*$/, 'expat_', String.raw`expat_(\d+\.\d+\.\d+)`),
  row('lighttpd', /^lighttpd$/, 'lighttpd/', String.raw`lighttpd/(\d+\.\d+\.\d+)`),
  row('envoy', /^envoy$/, '/Clean/RELEASE', String.raw`(\d+\.\d+\.\d+)/Clean/RELEASE`),
  row('erlang', /^(?:beam\.smp|erl)$/, '/erts-', String.raw`/erts-(\d+(?:\.\d+)+)`),
  row('dash', /^dash$/, 'dash ', String.raw`\0dash (\d+\.\d+\.\d+)`),
]

function row(name: string, files: RegExp, near: string, pattern: string): KnownProgram {
  return { name, files, near, pattern: new RegExp(pattern) }
}

/** How much is looked at around a found text, and how many finds are tried before giving up on a file. */
const beforeBytes = 64
const afterBytes = 160
const findsMax = 2_000

export const versionStrings: Cataloguer = {
  id: 'version-strings',
  title: 'Programs known by their version strings',
  links: ['https://github.com/anchore/syft/tree/main/syft/pkg/cataloger/binary'],
  finds: ['generic'],
  reads: `files named like ${[...new Set(programs.map(({ name }) => name))].sort().join(', ')}, \`python3.N\`, \`libpython3.N.so\`, and the \`release\` file of a Java runtime`,
  wants: (_path, name) =>
    name === 'release' || python.test(name) || programs.some(({ files }) => files.test(name)),
  read: readFile,
}

/** The program is `python3.11`, or a library that it loads; the version stands alone between two NULs. */
const python = /^(?:libpython|python)(\d\.\d+)(?:[a-z]*\.so.*)?$/

function readFile({ name, bytes }: CatalogFile): Reading {
  if (name === 'release') return readJavaRelease(bytes)
  const minor = python.exec(name)?.[1]
  if (minor !== undefined) {
    const version = find(
      bytes,
      `\0${minor}.`,
      new RegExp(`\\0(${minor.replace('.', '\\.')}\\.\\d+(?:(?:a|b|rc)\\d+)?\\+?)\\0`),
    )
    if (version !== null) return program('python', version)
  }
  for (const known of programs) {
    if (!known.files.test(name)) continue
    const version = find(bytes, known.near, known.pattern)
    if (version !== null) return program(known.name, version)
  }
  return nothing
}

function find(bytes: Buffer, near: string, pattern: RegExp): string | null {
  let finds = 0
  for (let at = bytes.indexOf(near, 0, 'latin1'); at >= 0 && finds < findsMax; finds++) {
    const found = pattern.exec(
      bytes.toString('latin1', Math.max(0, at - beforeBytes), Math.min(bytes.length, at + afterBytes)),
    )
    if (found) return found[1]
    at = bytes.indexOf(near, at + 1, 'latin1')
  }
  return null
}

function program(name: string, version: string): Reading {
  return {
    packages: [
      { type: 'generic', namespace: null, name, version, method: 'version string', confidence: 'medium' },
    ],
  }
}

/** `release` in the folder of a Java runtime (JEP 223 and the OpenJDK build): `JAVA_VERSION="17.0.9"`. */
function readJavaRelease(bytes: Buffer): Reading {
  const text = bytes.subarray(0, 16 * 1024).toString('utf8')
  const version = /^JAVA_(?:RUNTIME_)?VERSION="([^"]+)"/m.exec(text)?.[1]
  if (version === undefined) return nothing
  return {
    packages: [
      {
        type: 'generic',
        namespace: null,
        name: 'openjdk',
        version,
        method: 'release file',
        confidence: 'high',
        note: /^IMPLEMENTOR="([^"]+)"/m.exec(text)?.[1] ?? null,
      },
    ],
  }
}

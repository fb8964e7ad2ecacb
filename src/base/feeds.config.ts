/** Where facts about vulnerabilities come from. Each can be replaced by a mirror, see `config.ts`. */
export interface FeedAddresses {
  /** `<base>/<Ecosystem>/all.zip`, `<base>/<Ecosystem>/modified_id.csv` and `<base>/ecosystems.txt`. */
  osv: string
  /** Known Exploited Vulnerabilities catalogue, JSON. */
  kev: string
  /** Today's EPSS scores, gzipped CSV. */
  epss: string
  /** CVE records with CISA's SSVC decisions, a zip of JSON. */
  vulnrichment: string
}

export const defaultFeeds: FeedAddresses = {
  osv: 'https://osv-vulnerabilities.storage.googleapis.com',
  kev: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  epss: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
  vulnrichment: 'https://github.com/cisagov/vulnrichment/archive/refs/heads/develop.zip',
}

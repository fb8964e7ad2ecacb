import { linkOptions } from '@tanstack/react-router'
import type { cveTabs, imageTabs, severities, whereTabs } from './routes.ts'

/** A default is left out of the URL. */
function unless<Word>(word: Word, value: Word | undefined): Word | undefined {
  return value === word ? undefined : value
}

/** Every URL of the console, built in one place: `<Link {...pb.cve('CVE-2021-44228')}>`, `navigate(pb.images())`. */
export const pb = {
  home: () => linkOptions({ to: '/' }),
  start: () => linkOptions({ to: '/start' }),
  where: (search: { q?: string; tab?: (typeof whereTabs)[number] } = {}) =>
    linkOptions({ to: '/where', search: { ...search, tab: unless('workloads', search.tab) } }),
  cve: (vulnerabilityId: string, search: { tab?: (typeof cveTabs)[number]; view?: 'table' } = {}) =>
    linkOptions({
      to: '/cve/$vulnerabilityId',
      params: { vulnerabilityId },
      search: { ...search, tab: unless('radius', search.tab) },
    }),
  images: (search: { q?: string; sort?: string } = {}) => linkOptions({ to: '/images', search }),
  image: (
    imageId: string,
    search: {
      tab?: (typeof imageTabs)[number]
      q?: string
      severity?: (typeof severities)[number]
      sort?: string
      why?: string
    } = {},
  ) =>
    linkOptions({
      to: '/images/$imageId',
      params: { imageId },
      search: { ...search, tab: unless('findings', search.tab) },
    }),
  clusters: () => linkOptions({ to: '/clusters' }),
  advisories: (search: { q?: string } = {}) => linkOptions({ to: '/advisories', search }),
  advisory: (advisoryId: string) => linkOptions({ to: '/advisories/$advisoryId', params: { advisoryId } }),
  advisoryNew: (search: { id?: string; package?: string; range?: string } = {}) =>
    linkOptions({ to: '/advisories/new', search }),
}

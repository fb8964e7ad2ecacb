/** A duty to tell somebody in time. */
export interface Duty {
  title: string
  withinMs: number
  /** The clause that says so. */
  source: string
  stops: string
}

export interface Regime {
  id: string
  title: string
  /** When it applies, for whoever has to decide. */
  applies: string
  duties: readonly Duty[]
}

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/**
 * Regimes of notification. Whether one applies is for people (and their lawyers) to say; that somebody says it is what is
 * checked. Days of the final reports begin with an event that is not known at the start and are clocks of their own then.
 */
export const regimes: readonly Regime[] = [
  {
    id: 'cra',
    title: 'EU Cyber Resilience Act',
    applies: 'We make the product, and the vulnerability in it is actively exploited.',
    duties: [
      {
        title: 'early warning',
        withinMs: 24 * hourMs,
        source: 'Regulation (EU) 2024/2847, Article 14(2)(a)',
        stops: 'the early warning is filed on the single reporting platform',
      },
      {
        title: 'vulnerability notification',
        withinMs: 72 * hourMs,
        source: 'Regulation (EU) 2024/2847, Article 14(2)(b)',
        stops: 'the notification is filed on the single reporting platform',
      },
    ],
  },
  {
    id: 'gdpr',
    title: 'General Data Protection Regulation',
    applies: 'Personal data were breached, and that is a risk for people.',
    duties: [
      {
        title: 'notification of the supervisory authority',
        withinMs: 72 * hourMs,
        source: 'Regulation (EU) 2016/679, Article 33(1)',
        stops: 'the authority has the notification',
      },
    ],
  },
  {
    id: 'nis2',
    title: 'NIS 2 Directive',
    applies: 'We are an essential or important entity, and the incident is significant.',
    duties: [
      {
        title: 'early warning',
        withinMs: 24 * hourMs,
        source: 'Directive (EU) 2022/2555, Article 23(4)(a)',
        stops: 'the CSIRT or authority has the early warning',
      },
      {
        title: 'incident notification',
        withinMs: 72 * hourMs,
        source: 'Directive (EU) 2022/2555, Article 23(4)(b)',
        stops: 'the CSIRT or authority has the notification',
      },
      {
        title: 'final report',
        withinMs: 33 * dayMs,
        source: 'Directive (EU) 2022/2555, Article 23(4)(d): a month after the notification',
        stops: 'the final report is handed in',
      },
    ],
  },
]

export function regimeOf(word: string): Regime | null {
  return regimes.find(({ id }) => id === word.toLowerCase()) ?? null
}

import { styleText } from 'node:util'
import type { Severity } from '../../know/advisories/types.ts'
import type { CliIo } from '../io.ts'

type Style = Parameters<typeof styleText>[0]

/** Colour as one voice among others: every word that is coloured also says what it means. */
export interface Terminal {
  columns: number
  paint(style: Style, text: string): string
  bold(text: string): string
  faint(text: string): string
}

export function openTerminal(io: CliIo): Terminal {
  const paint = (style: Style, text: string) =>
    io.colour ? styleText(style, text, { validateStream: false }) : text
  return {
    columns: io.columns,
    paint,
    bold: (text) => paint('bold', text),
    faint: (text) => paint('dim', text),
  }
}

export function paintSeverity(terminal: Terminal, severity: Severity, text: string): string {
  switch (severity) {
    case 'critical':
      return terminal.paint(['bold', 'red'], text)
    case 'high':
      return terminal.paint('red', text)
    case 'medium':
      return terminal.paint('yellow', text)
    default:
      return text
  }
}

/**
 * Text of documents and advisories may hold escape sequences and bidirectional controls that would rewrite the
 * screen; they are shown as code points. https://trojansource.codes
 */
export function inert(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`,
  )
}

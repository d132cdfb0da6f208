import type { Terminal } from './terminal.ts'

const barWidth = 28

/** 'Faturando [██████░░░░░░] 50%  100 de 200' */
export function progressLine(label: string, done: number, of: number): string {
  const share = of > 0 ? Math.min(done / of, 1) : 0
  const full = Math.floor(share * barWidth)
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full)
  const percent = `${Math.floor(share * 100)}%`.padStart(4)
  return `${label} [${bar}] ${percent}  ${done} de ${of}`
}

/** Drawn again and again on a terminal, and not at all elsewhere. */
export class Progress {
  readonly #terminal: Terminal

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show(label: string, done: number, of: number): void {
    this.#terminal.draw(progressLine(label, done, of))
  }

  clear(): void {
    this.#terminal.draw('')
  }
}

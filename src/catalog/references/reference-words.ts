// What people read about references of any kind, by what the kind is called.

import type { Called } from './reference.ts'

export interface ReferenceWords {
  creates: string
  lists: string
  shows: string
  updates: string
  archives: string
  unarchives: string
  deletes: string
  notFound: string
  inUse: string
}

export function wordsFor({ article, one, many }: Called): ReferenceWords {
  const isFeminine = article === 'a'
  const a = isFeminine ? 'uma' : 'um'
  const ending = isFeminine ? 'a' : 'o'
  return {
    creates: `Cadastra ${a} ${one}.`,
    lists: `Lista ${article}s ${many} por nome.`,
    shows: `Mostra ${a} ${one}.`,
    updates: `Altera ${a} ${one}: o que não vier fica, o que vier null é apagado.`,
    archives: `Arquiva ${a} ${one}; o que já ${article} cita continua.`,
    unarchives: `Volta a usar ${a} ${one} arquivad${ending}.`,
    deletes: `Apaga ${a} ${one} que nada cita.`,
    notFound: `${capital(one)} não encontrad${ending}.`,
    inUse: `Há regras, faturas ou outros cadastros que citam ou já citaram est${isFeminine ? 'a' : 'e'} ${one}; arquive-${article}.`,
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Who asks for an event: a party of the note, the city, or nobody, since the city hall writes it itself. */
export type Author = 'prest' | 'toma' | 'interm' | 'city' | 'system'

export interface EventKind {
  readonly says: string
  readonly author: Author
  /** Refuses the event on a note whose other events stand against it. */
  readonly against: string
}

/** Codes, fixed texts and authors of the events (Annex II, sheet of kinds). */
export const eventKinds: Readonly<Record<string, EventKind>> = {
  101101: { says: 'Cancelamento de NFS-e', author: 'prest', against: 'E0840' },
  105102: { says: 'Cancelamento de NFS-e por Substituição', author: 'system', against: 'E0845' },
  101103: { says: 'Solicitação de Análise Fiscal para Cancelamento de NFS-e', author: 'prest', against: 'E0848' },
  105104: { says: 'Cancelamento de NFS-e Deferido por Análise Fiscal', author: 'city', against: 'E0852' },
  105105: { says: 'Cancelamento de NFS-e Indeferido por Análise Fiscal', author: 'city', against: 'E0855' },
  202201: { says: 'Manifestação de NFS-e - Confirmação do Prestador', author: 'prest', against: 'E0860' },
  203202: { says: 'Manifestação de NFS-e - Confirmação do Tomador', author: 'toma', against: 'E0861' },
  204203: { says: 'Manifestação de NFS-e - Confirmação do Intermediário', author: 'interm', against: 'E0862' },
  205204: { says: 'Manifestação de NFS-e - Confirmação Tácita', author: 'city', against: 'E0863' },
  202205: { says: 'Manifestação de NFS-e - Rejeição do Prestador', author: 'prest', against: 'E0864' },
  203206: { says: 'Manifestação de NFS-e - Rejeição do Tomador', author: 'toma', against: 'E0866' },
  204207: { says: 'Manifestação de NFS-e - Rejeição do Intermediário', author: 'interm', against: 'E0868' },
  205208: { says: 'Manifestação de NFS-e - Anulação da Rejeição', author: 'city', against: 'E0870' },
  305101: { says: 'Cancelamento de NFS-e por Ofício', author: 'city', against: 'E1960' },
  305102: { says: 'Bloqueio de NFS-e por Ofício', author: 'city', against: 'E1965' },
  305103: { says: 'Desbloqueio de NFS-e por Ofício', author: 'city', against: 'E1970' },
}

/** Confirmations and rejections, of which each party gives one. */
export const manifestations = ['202201', '203202', '204203', '202205', '203206', '204207']
export const rejections = ['202205', '203206', '204207']

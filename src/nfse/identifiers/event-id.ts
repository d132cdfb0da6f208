// Ids of events of a note and of the requests that ask for them.

/** Category, author, receiving system and sequence, as annex II numbers them. */
export const eventTypes = {
  cancellation: '101101',
  fiscalAnalysis: '101103',
  cancellationBySubstitution: '105102',
  cancellationGranted: '105104',
  cancellationRefused: '105105',
  confirmationByProvider: '202201',
  confirmationByTaker: '203202',
  confirmationByIntermediary: '204203',
  tacitConfirmation: '205204',
  rejectionByProvider: '202205',
  rejectionByTaker: '203206',
  rejectionByIntermediary: '204207',
  annulmentOfRejection: '205208',
  cancellationExOfficio: '305101',
  blockExOfficio: '305102',
  unblockExOfficio: '305103',
} as const

export type EventName = keyof typeof eventTypes
export type EventType = (typeof eventTypes)[EventName]

/** The Id of infPedReg: 59 places. A note has one request of each type; the older form with a sequence no longer validates. */
export function eventRequestId(key: string, type: EventType): string {
  return `PRE${key}${type}`
}

/** The Id of infEvento: 62 places. */
export function eventId(key: string, type: EventType, sequence: number): string {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 999)
    throw new RangeError(`not the sequence of an event: ${sequence}`)
  return `EVT${key}${type}${String(sequence).padStart(3, '0')}`
}

export function readEventRequestId(id: string): { key: string; type: EventType } | null {
  const [, key = '', type = ''] = /^PRE(\d{8}(?:1\d{14}|2[0-9A-Z]{14})\d{27})(\d{6})$/.exec(id) ?? []
  return isEventType(type) ? { key, type } : null
}

export function readEventId(id: string): { key: string; type: EventType; sequence: number } | null {
  const [, key = '', type = '', sequence = ''] = /^EVT(\d{8}(?:1\d{14}|2[0-9A-Z]{14})\d{27})(\d{6})(\d{3})$/.exec(id) ?? []
  return isEventType(type) ? { key, type, sequence: Number(sequence) } : null
}

export function isEventType(text: string): text is EventType {
  return Object.values<string>(eventTypes).includes(text)
}

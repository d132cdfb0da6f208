import { type Param, partIn, textUpTo, wholeIn } from '../read-param.ts'

/** What an item says is done by its codes alone, without a service of the register. */
export interface Activity {
  /** By which it is found again: '1.07 02660 01'. */
  code: string
  lc116: string
  municipal: string
}

/** Null where the item names a service, or says too little to tell one from another. */
export function activityOf(item: Param): Activity | null {
  const head = partIn(item, 'itemCabecalho')
  if (wholeIn(head, 'codServico')) return null
  const said = (tag: string) => textUpTo(head, tag, 30)?.trim() ?? ''
  const [lc116, municipal, operation] = [said('codLC116'), said('codServMunic'), said('natOperacao')]
  if (lc116 === '' && municipal === '') return null
  return { code: [lc116, municipal, operation].join(' ').trim(), lc116, municipal }
}

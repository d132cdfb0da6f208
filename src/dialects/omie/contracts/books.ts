import type { Reader } from '../../../platform/db/db.ts'
import { listIn, type Param, partIn, textIn, wholeIn } from '../read-param.ts'
import { activityOf } from './activity.ts'
import { idsByCode, servicesByActivity } from './books-store.ts'
import type { Books } from './contract-lines.ts'
import { ACTIVITIES } from './item-services.ts'

/** What the codes of contracts name, in one statement for each kind that is named at all. */
export async function booksOf(tx: Reader, contracts: readonly Param[]): Promise<Books> {
  const more = contracts.map(param => partIn(param, 'infAdic'))
  const items = contracts.flatMap(param => listIn(param, 'itensContrato'))
  const categories = await idsByCode(tx, 'category', [
    ...codesIn(more, 'cCodCateg'),
    ...codesIn(
      items.map(item => partIn(item, 'itemCabecalho')),
      'cCodCategItem',
    ),
  ])
  const departments = await idsByCode(
    tx,
    'department',
    codesIn(
      contracts.flatMap(param => listIn(param, 'departamentos')),
      'cCodDep',
    ),
  )
  const activities = items.flatMap(item => activityOf(item)?.code ?? [])
  const services = await servicesByActivity(tx, ACTIVITIES, [...new Set(activities)])
  const projects = await idsByCode(tx, 'project', more.flatMap(each => wholeIn(each, 'nCodProj') || []).map(String))
  return {
    category: code => categories.get(code) ?? null,
    department: code => departments.get(code) ?? null,
    project: id => projects.get(String(id)) ?? null,
    service: code => services.get(code) ?? null,
  }
}

function codesIn(parts: readonly Param[], tag: string): string[] {
  return [...new Set(parts.flatMap(part => textIn(part, tag)?.trim() || []))]
}

import { beforeAll, describe, expect, inject, test } from 'vitest'
import { type Ending, sideBySide } from '../../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/database/test-database.ts'
import { ctxAt } from '../../../test/fixtures/rules.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import { createReference } from '../references/create-reference.ts'
import { updateReference } from '../references/update-reference.ts'
import { categories } from './category.ts'

function told(ending: Ending<unknown>): string {
  if (ending.status === 'fulfilled') return 'done'
  if (!(ending.reason instanceof Refusal)) throw ending.reason
  return ending.reason.faults.map(fault => `${fault.path} ${fault.code}`).join()
}

describe.runIf(inject('engines').includes('postgres'))('two who hang categories elsewhere (postgres)', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
  })

  const made = async (ctx: Ctx, name: string, parentId: number | null = null) => {
    const category: object = { name, parentId }
    return (await createReference(ctx, categories, category)).id
  }
  const hang = (ctx: Ctx, id: number, parentId: number) => {
    const place: object = { parentId }
    return () => updateReference(ctx, categories, id, 1, place)
  }
  const meet = async (ctx: Ctx, first: () => Promise<unknown>, second: () => Promise<unknown>) => {
    const { secondWaited, ...endings } = await sideBySide(database, ctx, first, second)
    return { first: told(endings.first), second: told(endings.second), secondWaited }
  }

  test('each below the other close no circle: the second one finds it', async () => {
    const ctx = await ctxAt(database, '2026-01-10T12:00:00.000Z')
    const [one, other] = [await made(ctx, 'Um'), await made(ctx, 'Outro')]
    expect(await meet(ctx, hang(ctx, one, other), hang(ctx, other, one))).toEqual({
      first: 'done',
      second: '/parentId circular_parent',
      secondWaited: true,
    })
  })

  test('close none over a category between them either', async () => {
    const ctx = await ctxAt(database, '2026-01-10T12:00:00.000Z')
    const [top, other] = [await made(ctx, 'Um'), await made(ctx, 'Outro')]
    const below = await made(ctx, 'Abaixo', other)
    expect(await meet(ctx, hang(ctx, top, below), hang(ctx, other, top))).toEqual({
      first: 'done',
      second: '/parentId circular_parent',
      secondWaited: true,
    })
  })
})

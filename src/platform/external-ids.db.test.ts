import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { freshCtx } from '../../test/database/test-ctx.ts'
import { Refusal } from '../core/refusal.ts'
import { addExternalIds, externalIdsOf, replaceExternalIds, subjectOfExternalId, subjectsOfExternalIds } from './external-ids.ts'

const codeOf = (error: unknown) => (error instanceof Refusal ? error.code : error)

eachEngine('external ids', database => {
  it('name one subject of a noun', async () => {
    const ctx = await freshCtx(database())
    await ctx.transact(tx =>
      addExternalIds(tx, 'customer', [
        { subjectId: 1, system: 'fintera', id: '100' },
        { subjectId: 1, system: 'omie', id: 'a"b{},' },
        { subjectId: 2, system: 'fintera', id: '200' },
      ]),
    )
    await ctx.transact(async tx => {
      expect(await subjectOfExternalId(tx, 'customer', { system: 'omie', id: 'a"b{},' })).toBe(1)
      expect(await subjectOfExternalId(tx, 'contract', { system: 'fintera', id: '100' })).toBeNull()
      expect(await externalIdsOf(tx, 'customer', [1, 2, 3])).toEqual(
        new Map([
          [
            1,
            [
              { system: 'fintera', id: '100' },
              { system: 'omie', id: 'a"b{},' },
            ],
          ],
          [2, [{ system: 'fintera', id: '200' }]],
        ]),
      )
    })
  })

  it('may be said again, but never of another', async () => {
    const ctx = await freshCtx(database())
    const known = { subjectId: 1, system: 'fintera', id: '100' }
    await ctx.transact(tx => addExternalIds(tx, 'customer', [known, known]))
    await ctx.transact(tx => addExternalIds(tx, 'customer', [known]))
    const taken = ctx.transact(tx => addExternalIds(tx, 'customer', [{ ...known, subjectId: 2 }]))
    expect(await taken.catch(codeOf)).toBe('external_id_taken')
    const twice = ctx.transact(tx =>
      addExternalIds(tx, 'customer', [
        { subjectId: 5, system: 'x', id: '1' },
        { subjectId: 6, system: 'x', id: '1' },
      ]),
    )
    expect(await twice.catch(codeOf)).toBe('external_id_taken')
  })

  it('tell many subjects at once', async () => {
    const ctx = await freshCtx(database())
    const known = [
      { subjectId: 1, system: 'omie', id: '1' },
      { subjectId: 2, system: 'nibo', id: '1' },
    ]
    await ctx.transact(tx => addExternalIds(tx, 'contract', known))
    const asked = [...known, { system: 'omie', id: '2' }, { system: 'omie', id: '1' }]
    const told = await ctx.transact(tx => subjectsOfExternalIds(tx, 'contract', asked))
    expect(told.sort((a, b) => a.subjectId - b.subjectId)).toEqual(known)
  })

  it('are replaced as a whole', async () => {
    const ctx = await freshCtx(database())
    await ctx.transact(tx => replaceExternalIds(tx, 'customer', 1, [{ system: 'a', id: '1' }]))
    await ctx.transact(tx => replaceExternalIds(tx, 'customer', 1, [{ system: 'b', id: '2' }]))
    expect(await ctx.transact(tx => externalIdsOf(tx, 'customer', [1]))).toEqual(new Map([[1, [{ system: 'b', id: '2' }]]]))
    await ctx.transact(tx => replaceExternalIds(tx, 'customer', 1, []))
    expect(await ctx.transact(tx => externalIdsOf(tx, 'customer', [1]))).toEqual(new Map())
  })
})

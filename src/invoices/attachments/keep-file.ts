import { addMillis } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import { type FileOfSomebody, readContent, saveAttachment } from './attach-file.ts'
import { LOOSE_DAYS, MOST_LOOSE, requireRoom } from './attachment.ts'
import { countLoose, lockLooseBefore } from './attachment-store.ts'
import { gone } from './detach-file.ts'
import type { KnownAttachment } from './read-attachment.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Takes a file that is to be attached by a later call. What nobody attached in `LOOSE_DAYS` days is thrown away here, by the next one that
 * comes: nobody could find it, and it is nobody's.
 */
export function keepFile(ctx: Ctx, file: FileOfSomebody): Promise<KnownAttachment> {
  const content = readContent(file)
  requireRoom([], content.bytes.length)
  return ctx.transact(async tx => {
    await throwAwayForgotten(tx, ctx)
    if ((await countLoose(tx)) >= MOST_LOOSE) {
      refuse('too_many_loose_files', `Há ${MOST_LOOSE} arquivos enviados e não anexados; anexe-os antes de enviar outros.`, {
        details: { most: MOST_LOOSE },
      })
    }
    return saveAttachment(tx, ctx, null, {}, content)
  })
}

async function throwAwayForgotten(tx: Tx, ctx: Ctx): Promise<void> {
  for (const forgotten of await lockLooseBefore(tx, addMillis(ctx.clock.now(), -LOOSE_DAYS * DAY_MS))) {
    await record(tx, ctx, await gone(tx, forgotten))
  }
}

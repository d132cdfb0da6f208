-- What stands in a history's digests. One recipe each, here, so that writing, sealing and verifying are set-based and agree.

-- A payload's digest: nested SHA-256 keyed by the payload's own random salt of 32 bytes (the keyed hash of a keyed hash, as in
-- NMAC, so that it cannot be extended). Once payload and salt are erased it says nothing about them. The text of a jsonb value
-- is canonical: keys in one order, no spaces, numbers as they were given.
create function history_digest(salt bytea, before jsonb, after jsonb) returns bytea language sql stable parallel safe as $$
  select sha256(salt || sha256(salt || convert_to(jsonb_build_array(before, after)::text, 'UTF8')))
$$;

-- What a seal binds of one row. An array of json keeps its elements apart whatever they contain.
create function history_image(entry history) returns bytea language sql stable parallel safe as $$
  select sha256(convert_to(jsonb_build_array(
    entry.account_id, entry.id, (extract(epoch from entry.at) * 1000000)::bigint, entry.actor, entry.action, entry.noun, entry.subject_id,
    entry.subject_version, entry.request_id, encode(entry.digest, 'hex'))::text, 'UTF8'))
$$;

-- A seal: the one before it (32 zero bytes before the first), its place in the chain, and its rows' images in order of id.
create function history_seal_digest(previous bytea, seq bigint, images bytea) returns bytea language sql stable parallel safe as $$
  select sha256(previous || int8send(seq) || sha256(images))
$$;

-- json_of(text) -> jsonb | null. What a payload's text says, for the views. Null, never an error, if the text is no JSON
-- (a codec made something else of it), holds an escaped U+0000 or surrogate (no text of SQL can), or nests deeper than
-- 1,000 levels (where SQLite stops reading). `\\` goes first: what then looks like an escape is one.
-- Locks: none.

create or replace function pawl.json_of(p_text text) returns jsonb
language plpgsql immutable as $$
declare
  v_json jsonb;
begin
  if strpos(p_text, '\u') > 0 and replace(p_text, '\\', '') ~ '\\u(0000|[dD][89a-fA-F])' then
    return null;
  end if;
  v_json := p_text::jsonb;
  if pawl.is_deep(p_text, v_json) then
    return null;
  end if;
  return v_json;
exception
  when others then
    return null;
end
$$;

-- is_deep(text, json) -> whether the value nests deeper than 1,000 levels. Counts brackets before it looks.

create or replace function pawl.is_deep(p_text text, p_json jsonb) returns boolean
language sql immutable as $$
  select length(p_text) > 2000 and length(p_text) - length(translate(p_text, '[{', '')) > 1000
    and jsonb_path_exists(p_json, 'strict $.**{1000} ? (@.type() == "array" || @.type() == "object")')
$$;

-- parts_of(text) -> jsonb | null. The same for who wants single fields of it: strings with U+0000 or half a surrogate
-- pair become null, up to three levels down, and the fields beside them stay. U+FFFF marks them on the way.

create or replace function pawl.parts_of(p_text text) returns jsonb
language plpgsql immutable as $$
declare
  v_text text := p_text;
  v_json jsonb;
begin
  if strpos(p_text, '\u') > 0 then
    v_text := regexp_replace(
      replace(replace(p_text, '\\', '\u005c'), '\u0000', U&'\FFFF'), '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', U&'\FFFF', 'g'
    );
  end if;
  v_json := v_text::jsonb;
  if pawl.is_deep(v_text, v_json) then
    return null;
  end if;
  return case when v_text = p_text then v_json else pawl.null_marked(v_json, 3) end;
exception
  when others then
    return null;
end
$$;

-- null_marked(json, levels) -> the value with null for every string that U+FFFF marks.

create or replace function pawl.null_marked(p_json jsonb, p_levels integer) returns jsonb
language plpgsql immutable as $$
begin
  return case
    when p_levels < 0 then p_json
    when jsonb_typeof(p_json) = 'string' then
      case when strpos(p_json #>> '{}', U&'\FFFF') > 0 then 'null' else p_json end
    when jsonb_typeof(p_json) = 'array' then (
      select coalesce(jsonb_agg(pawl.null_marked(value, p_levels - 1) order by place), '[]')
      from jsonb_array_elements(p_json) with ordinality as items (value, place)
    )
    when jsonb_typeof(p_json) = 'object' then (
      select coalesce(jsonb_object_agg(key, pawl.null_marked(value, p_levels - 1)), '{}') from jsonb_each(p_json)
    )
    else p_json
  end;
end
$$;

-- meta_of(text) -> jsonb. The same for an entry's metadata, which is always JSON: most have no escape and are cast as
-- they are, inside the query.

create or replace function pawl.meta_of(p_text text) returns jsonb
language sql immutable as $$
  select case when strpos(p_text, '\u') = 0 then p_text::jsonb else pawl.parts_of(p_text) end
$$;

-- text_of(json) -> the string, or null if it is none.

create or replace function pawl.text_of(p_json jsonb) returns text
language sql immutable as $$
  select case when jsonb_typeof(p_json) = 'string' then p_json #>> '{}' end collate "C"
$$;

-- whole_of(json) -> the number without its fraction, or null if it is none or no safe integer.

create or replace function pawl.whole_of(p_json jsonb) returns bigint
language sql immutable as $$
  select case
    when jsonb_typeof(p_json) = 'number' and (p_json #>> '{}')::numeric between -9007199254740991 and 9007199254740991
    then trunc((p_json #>> '{}')::numeric)::bigint
  end
$$;

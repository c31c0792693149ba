-- `write` got a third parameter with a default. Beside the function of the first release, which had two, a call with two
-- would be ambiguous.

drop function if exists pawl.write(text, jsonb);

-- What a waiting run waits for, if that is neither a time nor a message: the name of an agent that is out of reach.
--
-- Only waiting runs have it, so a step's commit stays a HOT update, and the index is as small as what is parked.

alter table pawl.run add column waits_for text collate "C";

create index run_parked on pawl.run (waits_for, namespace, no) where waits_for is not null;

-- A code is never given twice, so that a word may go with the dead import that brought it while other processes still know its code.
create table metric_kept(code integer primary key autoincrement, name text not null unique);
insert into metric_kept select code, name from metric order by code;
drop table metric;
alter table metric_kept rename to metric;
create table word_kept(code integer primary key autoincrement, body text not null unique);
insert into word_kept select code, body from word order by code;
drop table word;
alter table word_kept rename to word;
create table source_kept(
    code integer primary key autoincrement, service text not null, name text not null, device text not null, kind text not null,
    unique(service, name, device, kind));
insert into source_kept select code, service, name, device, kind from source order by code;
drop table source;
alter table source_kept rename to source;
-- of a complete export: the moment of its newest row (ms UTC); what an older export says never replaces what a newer one said
alter table batch add column moment integer;
-- several facts of one export under one key: the id they share; the fact that carries this id itself has none
alter table record add column base text;
create index record_base on record(base) where base is not null;

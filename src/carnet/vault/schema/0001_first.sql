-- One person's vault. Times are milliseconds UTC unless a column says otherwise; `batch` numbers the imports in order.
create table meta(key text primary key, value text not null) without rowid;
create table batch(
    seq integer primary key, service text not null, state text not null check (state in ('pending', 'done')),
    whole integer not null default 1, file_sha256 text not null, reader text not null, at text not null,
    n_new integer not null default 0, n_same integer not null default 0, body text not null default '{}');
create index batch_file on batch(file_sha256, reader);
create table metric(code integer primary key, name text not null unique);
create table word(code integer primary key, body text not null unique);
create table source(
    code integer primary key, service text not null, name text not null, device text not null, kind text not null,
    unique(service, name, device, kind));
-- samples: Parquet columns metric, source, start, end, value, text, zone, native, batch, raw, raw_unit, extra; metric -1 = mixed
create table segment(
    id blob primary key, level integer not null, service text not null, metric integer not null, lo integer not null,
    hi integer not null, n integer not null, batch integer not null references batch(seq), data blob not null);
create index segment_manifest on segment(metric, service, lo);
create table holding(
    metric integer not null, source integer not null, n integer not null, first integer not null, last integer not null,
    primary key(metric, source)) without rowid;
-- daily figures derived from samples, after the merge of sources; `services` = every service that contributed
create table rollup(
    metric integer not null, day integer not null, n integer not null, sum real, min real, p05 real, p50 real, p95 real,
    max real, services text not null, primary key(metric, day)) without rowid;
-- single facts; the same id in a later batch is a correction, the earlier row stays as history
create table record(
    id text not null, batch integer not null references batch(seq), kind text not null, metric text not null,
    service text not null, key text not null, source integer, ts integer, te integer, date text, zone text, body text not null,
    primary key(id, batch)) without rowid;
create index record_kind on record(kind, ts);
create table profile(key text primary key, since text not null, body text not null) without rowid;
create table consent(
    seq integer primary key, id text not null unique, action text not null, service text not null, category text not null,
    purpose text not null, at text not null, until text, wording text not null);
create table audit(
    seq integer primary key, at text not null, actor text not null, action text not null, object text not null,
    body text not null, prev_hash text not null, hash text not null);
create trigger consent_append_only before update on consent begin select raise(abort, 'consent is append-only'); end;
create trigger consent_no_delete before delete on consent begin select raise(abort, 'consent is append-only'); end;
create trigger audit_append_only before update on audit begin select raise(abort, 'audit is append-only'); end;
create trigger audit_no_delete before delete on audit begin select raise(abort, 'audit is append-only'); end;
create table message(
    seq integer primary key, conversation text not null, at text not null, role text not null check (role in ('person', 'carnet')),
    body text not null);
create index message_conversation on message(conversation, seq);

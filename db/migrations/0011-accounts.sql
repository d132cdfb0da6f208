-- The number of an account is taken before there is an account whose transaction it could be taken in.
grant usage on sequence account_id_seq to bordero_dispatch;

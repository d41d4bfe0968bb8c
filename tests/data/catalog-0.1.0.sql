BEGIN TRANSACTION;
CREATE TABLE article_texts (
    article_id TEXT NOT NULL,
    text_sha256 TEXT NOT NULL REFERENCES texts,
    PRIMARY KEY (article_id, text_sha256)
) WITHOUT ROWID;
INSERT INTO "article_texts" VALUES('a-brell','1f497a8476fd037df1e2ea722cc2b8382640f54f2422de10041b828f38c3dccf');
INSERT INTO "article_texts" VALUES('calder','63e681f9551c7b36d184c20f63ec88a3aabbab48ebc4c0e1c82a11c4090a48fe');
CREATE TABLE articles (
    article_rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE,
    file_id INTEGER NOT NULL REFERENCES files,
    row_key TEXT NOT NULL,           -- '' for a file that is one article
    source TEXT NOT NULL,
    title TEXT,
    outlet TEXT,
    outlet_key TEXT,
    author TEXT,
    published TEXT,
    url TEXT,
    language TEXT,
    captions TEXT NOT NULL,
    credits TEXT NOT NULL,
    text_sha256 TEXT NOT NULL REFERENCES texts,
    content_sha256 TEXT NOT NULL,    -- of all fields and of the version that split it
    origin TEXT,                     -- see rag.origins; NULL only inside a transaction
    UNIQUE (file_id, row_key)
);
INSERT INTO "articles" VALUES(1,'calder',1,'https://e.example/calder','https://e.example/calder','Vote on the Calder bridge is put off','Harbour Post','harbour post',NULL,'2024-02-01','https://e.example/calder',NULL,'[]','[]','63e681f9551c7b36d184c20f63ec88a3aabbab48ebc4c0e1c82a11c4090a48fe','9170d9c73a4b51329ba122586eb9e66a7ac460f6114c28ba2062d54775ad8040','calder');
INSERT INTO "articles" VALUES(2,'a-brell',1,'https://e.example/brell','https://e.example/brell','Vote on the Brell bridge is put off',NULL,NULL,NULL,NULL,'https://e.example/brell',NULL,'[]','[]','1f497a8476fd037df1e2ea722cc2b8382640f54f2422de10041b828f38c3dccf','af55f42372e49320dc4da0a59acbde9a452fe01b48851fe8305b346c656c224b','calder');
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id INTEGER NOT NULL,
    removed INTEGER NOT NULL
);
CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,        -- real path
    path TEXT NOT NULL,              -- as given
    sha256 TEXT,                     -- NULL: read again next time, something in it was refused
    reader TEXT NOT NULL,            -- version of cleaning and splitting
    meta TEXT NOT NULL               -- what --meta said of it
);
INSERT INTO "files" VALUES(1,'/news/a.jsonl','a.jsonl','886cb54434c14ed8d8ba7934cc19a2a5057cb728cf64580e2dddcc57b0adbb6b','cleaner 2, splitter 1','{}');
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;
INSERT INTO "meta" VALUES('chroma_folder','0001');
INSERT INTO "meta" VALUES('chroma_seq',2);
INSERT INTO "meta" VALUES('chroma_writing',0);
INSERT INTO "meta" VALUES('dimension',32);
INSERT INTO "meta" VALUES('embedder','hash-1');
INSERT INTO "meta" VALUES('embedder_name','hash');
INSERT INTO "meta" VALUES('generation',1);
INSERT INTO "meta" VALUES('index_id','58360C3BBC110B0434A61EB2FB8FE6F1');
INSERT INTO "meta" VALUES('lexicon_folder','0001');
INSERT INTO "meta" VALUES('lexicon_seq',2);
INSERT INTO "meta" VALUES('lexicon_writing',0);
INSERT INTO "meta" VALUES('origins',1);
CREATE TABLE origin_pairs (          -- articles of which one is a copy of the other
    one INTEGER NOT NULL,
    other INTEGER NOT NULL,          -- rowids; one < other
    PRIMARY KEY (one, other)
) WITHOUT ROWID;
INSERT INTO "origin_pairs" VALUES(1,2);
CREATE TABLE origin_shingles (
    shingle INTEGER NOT NULL,        -- one of the sketch of the article's text
    article_rowid INTEGER NOT NULL,
    PRIMARY KEY (shingle, article_rowid)
) WITHOUT ROWID;
INSERT INTO "origin_shingles" VALUES(-8436764598432484075,1);
INSERT INTO "origin_shingles" VALUES(-8436764598432484075,2);
INSERT INTO "origin_shingles" VALUES(-7517423355575143466,1);
INSERT INTO "origin_shingles" VALUES(-7358857183467033640,1);
INSERT INTO "origin_shingles" VALUES(-7358857183467033640,2);
INSERT INTO "origin_shingles" VALUES(-7322986606376022711,1);
INSERT INTO "origin_shingles" VALUES(-7322986606376022711,2);
INSERT INTO "origin_shingles" VALUES(-6664669069913318202,1);
INSERT INTO "origin_shingles" VALUES(-6466624549136645078,1);
INSERT INTO "origin_shingles" VALUES(-6466624549136645078,2);
INSERT INTO "origin_shingles" VALUES(-5932344917081822220,1);
INSERT INTO "origin_shingles" VALUES(-5932344917081822220,2);
INSERT INTO "origin_shingles" VALUES(-5877218819835349253,1);
INSERT INTO "origin_shingles" VALUES(-5789591205282949948,1);
INSERT INTO "origin_shingles" VALUES(-5789591205282949948,2);
INSERT INTO "origin_shingles" VALUES(-5228570234497344890,1);
INSERT INTO "origin_shingles" VALUES(-5228570234497344890,2);
INSERT INTO "origin_shingles" VALUES(-4633962193666408696,1);
INSERT INTO "origin_shingles" VALUES(-4633962193666408696,2);
INSERT INTO "origin_shingles" VALUES(-4423944564807438001,1);
INSERT INTO "origin_shingles" VALUES(-4423944564807438001,2);
INSERT INTO "origin_shingles" VALUES(-4325070862044895319,1);
INSERT INTO "origin_shingles" VALUES(-4325070862044895319,2);
INSERT INTO "origin_shingles" VALUES(-3901868002242234533,1);
INSERT INTO "origin_shingles" VALUES(-3901868002242234533,2);
INSERT INTO "origin_shingles" VALUES(-3077605513475215293,1);
INSERT INTO "origin_shingles" VALUES(-3077605513475215293,2);
INSERT INTO "origin_shingles" VALUES(-2658674235678207501,1);
INSERT INTO "origin_shingles" VALUES(-2658674235678207501,2);
INSERT INTO "origin_shingles" VALUES(-2192567311448485372,1);
INSERT INTO "origin_shingles" VALUES(-2192567311448485372,2);
INSERT INTO "origin_shingles" VALUES(-1883639422309295311,1);
INSERT INTO "origin_shingles" VALUES(-1883639422309295311,2);
INSERT INTO "origin_shingles" VALUES(-1814107796791850230,2);
INSERT INTO "origin_shingles" VALUES(-1528636412480272762,2);
INSERT INTO "origin_shingles" VALUES(-1024172338188358108,1);
INSERT INTO "origin_shingles" VALUES(-1024172338188358108,2);
INSERT INTO "origin_shingles" VALUES(-913706415097449884,1);
INSERT INTO "origin_shingles" VALUES(-913706415097449884,2);
INSERT INTO "origin_shingles" VALUES(-777008028877547381,1);
INSERT INTO "origin_shingles" VALUES(-777008028877547381,2);
INSERT INTO "origin_shingles" VALUES(-548774375206902003,1);
INSERT INTO "origin_shingles" VALUES(-548774375206902003,2);
INSERT INTO "origin_shingles" VALUES(-354322667659877722,1);
INSERT INTO "origin_shingles" VALUES(-354322667659877722,2);
INSERT INTO "origin_shingles" VALUES(680338856473482892,1);
INSERT INTO "origin_shingles" VALUES(680338856473482892,2);
INSERT INTO "origin_shingles" VALUES(884732337183222153,1);
INSERT INTO "origin_shingles" VALUES(884732337183222153,2);
INSERT INTO "origin_shingles" VALUES(1161744372986980613,2);
INSERT INTO "origin_shingles" VALUES(1233946543112210903,1);
INSERT INTO "origin_shingles" VALUES(1360691300702551307,1);
INSERT INTO "origin_shingles" VALUES(2883924981842685927,1);
INSERT INTO "origin_shingles" VALUES(2883924981842685927,2);
INSERT INTO "origin_shingles" VALUES(3066460871022547867,1);
INSERT INTO "origin_shingles" VALUES(3066460871022547867,2);
INSERT INTO "origin_shingles" VALUES(3487371434495603630,1);
INSERT INTO "origin_shingles" VALUES(3487371434495603630,2);
INSERT INTO "origin_shingles" VALUES(4554298388680181637,1);
INSERT INTO "origin_shingles" VALUES(4554298388680181637,2);
INSERT INTO "origin_shingles" VALUES(4616006083872615433,1);
INSERT INTO "origin_shingles" VALUES(4616006083872615433,2);
INSERT INTO "origin_shingles" VALUES(4685486790348032065,1);
INSERT INTO "origin_shingles" VALUES(4685486790348032065,2);
INSERT INTO "origin_shingles" VALUES(6055030933770777207,2);
INSERT INTO "origin_shingles" VALUES(6262268578016880136,1);
INSERT INTO "origin_shingles" VALUES(6262268578016880136,2);
INSERT INTO "origin_shingles" VALUES(6458371019086433214,1);
INSERT INTO "origin_shingles" VALUES(6834722243540303433,1);
INSERT INTO "origin_shingles" VALUES(6834722243540303433,2);
INSERT INTO "origin_shingles" VALUES(6949430253146528258,2);
INSERT INTO "origin_shingles" VALUES(7216689749828918185,1);
INSERT INTO "origin_shingles" VALUES(7216689749828918185,2);
INSERT INTO "origin_shingles" VALUES(8431733279578314554,1);
INSERT INTO "origin_shingles" VALUES(8431733279578314554,2);
INSERT INTO "origin_shingles" VALUES(8597467884019348067,1);
INSERT INTO "origin_shingles" VALUES(8597467884019348067,2);
INSERT INTO "origin_shingles" VALUES(8814568232215671596,2);
CREATE TABLE passages (
    passage_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
    article_rowid INTEGER NOT NULL REFERENCES articles,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sentences TEXT NOT NULL
);
INSERT INTO "passages" VALUES(1,1,0,0,395,'[[0, 131], [132, 263], [264, 395]]');
INSERT INTO "passages" VALUES(2,2,0,0,389,'[[0, 129], [130, 259], [260, 389]]');
CREATE TABLE texts (
    text_sha256 TEXT PRIMARY KEY,
    text TEXT NOT NULL
);
INSERT INTO "texts" VALUES('63e681f9551c7b36d184c20f63ec88a3aabbab48ebc4c0e1c82a11c4090a48fe','The council of Calder met for the 1th time on Monday and put off its decision on the Calder bridge, which carries 40 lorries a day. The council of Calder met for the 2th time on Monday and put off its decision on the Calder bridge, which carries 41 lorries a day. The council of Calder met for the 3th time on Monday and put off its decision on the Calder bridge, which carries 42 lorries a day.');
INSERT INTO "texts" VALUES('1f497a8476fd037df1e2ea722cc2b8382640f54f2422de10041b828f38c3dccf','The council of Brell met for the 1th time on Monday and put off its decision on the Brell bridge, which carries 40 lorries a day. The council of Brell met for the 2th time on Monday and put off its decision on the Brell bridge, which carries 41 lorries a day. The council of Brell met for the 3th time on Monday and put off its decision on the Brell bridge, which carries 42 lorries a day.');
CREATE TABLE vectors (
    passage_id INTEGER PRIMARY KEY,
    retrieval_key BLOB NOT NULL,     -- hash of the embedded text: the same text is embedded once
    vector BLOB NOT NULL             -- float16
);
INSERT INTO "vectors" VALUES(1,X'2CAEB202CD711E4387EFB5B7930A9DA8',X'45B45CAA7E3228AFA1B697305C3083ABA6ACF3AF2F30F5A9F832AC34D12D11B4EBAEE5330130C32F2A2BB833AC31E12C3533F3B2F62AB02CEDAC7EAEC6AD8C34');
INSERT INTO "vectors" VALUES(2,X'5AFA57DAD7A003141F87033DB72D0307',X'0D3399B6732352344133D42F6EB47D2D30B0E8AEE53214A8672A27AE39A1A5335E2DFA31343026AC6EA1583110A898B3E231C53221A8109E5AB14EA9DE33EB34');
CREATE INDEX articles_by_text ON articles (text_sha256);
CREATE INDEX articles_by_origin ON articles (origin);
CREATE INDEX article_texts_by_text ON article_texts (text_sha256);
CREATE INDEX passages_by_article ON passages (article_rowid);
CREATE INDEX vectors_by_key ON vectors (retrieval_key);
CREATE INDEX origin_pairs_by_other ON origin_pairs (other);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('articles',2);
INSERT INTO "sqlite_sequence" VALUES('passages',2);
INSERT INTO "sqlite_sequence" VALUES('changes',2);
COMMIT;


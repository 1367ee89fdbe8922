/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "dice.h"

/* Where the programs and the helpers of this test are. */
typedef struct
{
  const char *pppd_plugin, *pppd_echo, *xl2tpd_spy, *pluto_spy;
  const char *libreswan; /* the folder of its programs */
  const char *folder;    /* our own, in memory; gone at the end */
} LexerPlaces;

/* One format: values that our encoder wrote, and what its program read. */
typedef struct
{
  const LexerPlaces *places;
  guint64 wanted; /* values; a few more may be done */
  guint64 values, mismatches;
  Dice dice;
  /* the values of the batch that is under way, in order */
  GString *bytes;
  GArray *ends; /* gsize, in bytes */
  guint read;   /* of those */
} LexerRun;

typedef struct
{
  const char *format, *program;
  /* Prints its version, in any line; whose text is behind @before, up to a blank. */
  const char *version_argv[3], *before;
  void (*run) (LexerRun *run);
} Lexer;

gboolean lexer_wants_more (const LexerRun *run);
/* The next value of the batch: what the program has to read. */
void lexer_expect (LexerRun *run, gconstpointer bytes, gsize length);
void lexer_expect_text (LexerRun *run, const char *text);
/* What it read next. */
void lexer_read (LexerRun *run, gconstpointer bytes, gsize length);
/* No more is read of this batch: what is missing is a mismatch each. */
void lexer_batch_end (LexerRun *run);
/* Something else is wrong: counts, and tells. */
void lexer_mismatch (LexerRun *run, const char *what);

/* A file of this name in the run's folder, with this text. Its path; caller frees. */
char *lexer_write (const LexerRun *run, const char *name, const char *text, gssize length);
/* Runs a program to its end. What it wrote; it must have ended with 0. @preload may be NULL. */
char *lexer_run (const char *const *argv, const char *preload, gboolean with_stderr);
/* Takes hex digits apart, in @bytes. FALSE when these are none. */
gboolean lexer_unhex (const char *hex, gsize length, GString *bytes);

extern const Lexer lexer_pppd, lexer_vici, lexer_identity, lexer_libreswan, lexer_secrets,
    lexer_xl2tpd, lexer_l2tp_secrets;

/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the helper gives to one caller, to one user and to all together. Who asks for more gets
 * BYWAY_ERROR_LIMIT and loses nothing that he has; root has no limits of a user.
 * bywayd(8) tells users of them. */

#define BYWAY_LIMIT_CALLS_OF_CALLER 16 /* not answered yet, of one name on the bus */
#define BYWAY_LIMIT_CALLS_OF_USER 32   /* and of all names of one user */
/* And of all users. Each may wait for polkit or an agent, and the bus gives the helper itself, as
 * everybody, 128 questions that are not answered yet. */
#define BYWAY_LIMIT_CALLS 96
#define BYWAY_LIMIT_CALL_SIZE (256 * 1024)    /* bytes of a call's arguments */
#define BYWAY_LIMIT_DESCRIPTORS 1             /* that come with one call */
#define BYWAY_LIMIT_WATCHERS_OF_USER 64       /* names of one user that are told of everything */
#define BYWAY_LIMIT_CONNECTIONS_OF_OWNER 2000 /* saved, of one user or of everybody's */
#define BYWAY_LIMIT_CONNECTION_SIZE 65536     /* bytes of a connection's name, keys and values */
#define BYWAY_LIMIT_SESSIONS_OF_USER 16       /* up or under way */
#define BYWAY_LIMIT_SESSIONS 64               /* and of all users */
#define BYWAY_LIMIT_SECRETS_SIZE (256 * 1024) /* bytes of the memory file that they come in */
#define BYWAY_LIMIT_ABANDONED 16              /* NetworkManager's that failed, kept for questions */

/* How long polkit may take to decide: by itself, and when it asks a person for a password. */
#define BYWAY_LIMIT_POLKIT_MS 10000
#define BYWAY_LIMIT_POLKIT_ASKING_MS (5 * 60 * 1000)

/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What is known of one kernel module, out of texts that anybody may read. */
typedef enum
{
  BYWAY_MODULE_UNKNOWN, /* the texts are not there */
  BYWAY_MODULE_ABSENT,  /* this kernel has no such module */
  BYWAY_MODULE_BLOCKED, /* it is there, and modprobe is told not to load it */
  BYWAY_MODULE_LOADABLE,
  BYWAY_MODULE_LOADED, /* or built in */
} BywayModuleState;

/* @name: with either '-' or '_'. @loaded: /proc/modules. @dep, @builtin: modules.dep and
 * modules.builtin of the running kernel. @config: the files of modprobe.d, one after the other.
 * Each may be NULL. */
BywayModuleState byway_kernel_module_state (const char *name, const char *loaded, const char *dep,
                                            const char *builtin, const char *config);

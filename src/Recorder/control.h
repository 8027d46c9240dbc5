// What the parts of the recorder share: the control page and the mode.
#ifndef SELFHEAL_CONTROL_H
#define SELFHEAL_CONTROL_H

#include "modules.h"
#include "recorder_abi.h"

extern struct sh_control *control;  // never NULL: a private page before the real one is mapped
extern char control_run[1024];      // this run's directory, empty: not under the recorder
// RUN/<name>
void control_path(char *to, unsigned size, const char *name);

#endif

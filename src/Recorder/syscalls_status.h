// stat and its kin: what a file is called, where it is another one than the program believes.
#ifndef SELFHEAL_SYSCALLS_STATUS_H
#define SELFHEAL_SYSCALLS_STATUS_H

struct stat;
// From now on the file `real` has the device and inode of `told`.
void status_tell_as(const struct stat *real, const struct stat *told);

#endif

/*
 * Preloaded into a process under test: fails or delays writes, reads and syncs of data files, and shifts the clock of the
 * day, as a control file says.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* The control file, shared with the test: counts down calls until one fails; -1 for none. */
struct control {
  int32_t write_countdown, sync_countdown, error, sync_delay_ms, read_delay_us, is_lasting, writes, syncs, clock_shift_s;
};
static struct control none = {-1, -1, 0, 0, 0, 0, 0, 0, 0};
static struct control *control = &none;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("FAULTS_CONTROL");
  int file = path ? open(path, O_RDWR) : -1;
  void *memory = file < 0 ? MAP_FAILED : mmap(0, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory != MAP_FAILED) control = memory;
}

static int is_data(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, ".db") != 0 && strstr(path, "-shm") == 0;
}

static int fails(int32_t *countdown) {
  if (*countdown < 0) return 0;
  if (*countdown > 0) {
    --*countdown;
    return 0;
  }
  if (!control->is_lasting) *countdown = -1;
  errno = control->error;
  return 1;
}

static int write_fails(int fd) {
  if (!is_data(fd)) return 0;
  control->writes++;
  return fails(&control->write_countdown);
}

static int sync_fails(int fd) {
  if (!is_data(fd)) return 0;
  control->syncs++;
  if (control->sync_delay_ms > 0) usleep(control->sync_delay_ms * 1000);
  return fails(&control->sync_countdown);
}

static void delay_read(int fd) {
  if (control->read_delay_us > 0 && is_data(fd)) usleep(control->read_delay_us);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  return write_fails(fd) ? -1 : NEXT(pwrite64)(fd, data, size, at);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  return write_fails(fd) ? -1 : NEXT(pwrite)(fd, data, size, at);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
  delay_read(fd);
  return NEXT(pread64)(fd, data, size, at);
}
ssize_t pread(int fd, void *data, size_t size, off_t at) {
  delay_read(fd);
  return NEXT(pread)(fd, data, size, at);
}
int fdatasync(int fd) { return sync_fails(fd) ? -1 : NEXT(fdatasync)(fd); }
int fsync(int fd) { return sync_fails(fd) ? -1 : NEXT(fsync)(fd); }

/* Looked up once: the clock is read all the time. */
int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*next)(clockid_t, struct timespec *);
  if (!next) next = NEXT(clock_gettime);
  int result = next(clock, time);
  if (clock == CLOCK_REALTIME && result == 0) time->tv_sec += control->clock_shift_s;
  return result;
}
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  static int (*next)(struct timeval *restrict, void *restrict);
  if (!next) next = (int (*)(struct timeval *restrict, void *restrict))dlsym(RTLD_NEXT, "gettimeofday");
  int result = next(time, zone);
  if (result == 0) time->tv_sec += control->clock_shift_s;
  return result;
}

/* The people: holds many WebSockets open, sends one request at a time, and says when each socket had all it was sent.
 *
 *   load <port> <requests> [storm]     requests: a file of HTTP upgrade requests, each after its length and a newline
 *   load <port> <requests> post <ms>   the requests are whole POSTs, one per connection, sent evenly within <ms>
 *
 * Reads a trigger from stdin (its length, how many sockets it is for, the number of the first of them, a newline, the
 * bytes; 0 0 0 ends), sends it on a connection of its own, waits until so many had something and no byte came for a
 * while, and answers with one line of JSON. With FIRST in the environment only those sockets are waited for and told of.
 * With PING the sockets say `p` every so many seconds, each in its turn, as open pages of Kring do; neither that nor its
 * answer is something. Times in microseconds since the trigger was sent; of a socket counts the moment of its last byte. `storm` opens all at
 * once instead, and `post` tells the time from each request to its answer. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

typedef struct { int fd, open; char *request; int length; double sent, last; long bytes; char head[16];  int got, crlf;
  unsigned char front[10], ping[126]; int fronts, pings; unsigned long left; } line;

static line *lines;
static int count, poller, port, touched, quiet = 80; /* ms; QUIET in the environment */
static int pinged; static double beat, every; /* whose turn it is, when the last one was, and microseconds between two */
static int from, focus = 1 << 30; /* only so many lines from there are waited for and told of */
static char buffer[1 << 20];

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e6 + t.tv_nsec / 1e3; }

static void die(const char *what) { perror(what); exit(1); }

static int dial(void) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (fd < 0) die("socket");
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static void say(int fd, const char *text, int length) {
  while (length > 0) {
    int n = write(fd, text, length);
    if (n < 0 && errno != EAGAIN) die("write");
    if (n > 0) text += n, length -= n;
  }
}

/* Follows the frames, to answer pings: a server takes who does not for gone. */
static void follow(line *one, const unsigned char *at, int length) {
  if (one->crlf < 0) return; /* no WebSocket */
  for (const unsigned char *end = at + length; at < end;) {
    if (one->crlf < 4) { /* still in the answer to the upgrade */
      one->crlf = *at == (one->crlf % 2 ? '\n' : '\r') ? one->crlf + 1 : *at == '\r', at++;
    } else if (one->left) {
      unsigned long n = (unsigned long)(end - at) < one->left ? (unsigned long)(end - at) : one->left;
      if ((one->front[0] & 15) == 9) memcpy(one->ping + one->pings, at, n), one->pings += n;
      at += n, one->left -= n;
    } else {
      one->front[one->fronts++] = *at++;
      int size = one->fronts < 2 ? 9 : one->front[1] < 126 ? 2 : one->front[1] == 126 ? 4 : 10;
      if (one->fronts < size) continue;
      one->left = size == 2 ? one->front[1] : 0;
      for (int i = 2; i < size; i++) one->left = one->left << 8 | one->front[i];
      one->fronts = 0, one->pings = 0;
    }
    if (one->crlf == 4 && !one->left && !one->fronts && (one->front[0] & 15) == 9) {
      unsigned char pong[132] = {0x8a, 0x80 | one->pings};
      memcpy(pong + 6, one->ping, one->pings), say(one->fd, (char *)pong, 6 + one->pings), one->front[0] = 0;
    }
  }
}

static void ping(void) {
  for (double t = now(); every && beat + every < t; beat += every, pinged = (pinged + 1) % count)
    if (lines[pinged].open) say(lines[pinged].fd, "\x81\x81\0\0\0\0p", 7);
}

static void watch(int i) {
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
  epoll_ctl(poller, EPOLL_CTL_ADD, lines[i].fd, &e);
}

/* Takes all that came; returns how many lines got something. The first bytes of a line are kept, to look at. */
static int take(int wait) {
  struct epoll_event events[1024];
  ping();
  int n = epoll_wait(poller, events, 1024, wait), heard = 0;
  for (int i = 0; i < n; i++) {
    int of = (int)events[i].data.u32 - from < focus && (int)events[i].data.u32 >= from;
    line *one = &lines[events[i].data.u32];
    for (;;) {
      int r = read(one->fd, buffer, sizeof buffer);
      if (r > 0) {
        int more = one->crlf < 4 || one->left || one->fronts || r > 24; /* else it is a ping, or the answer to one */
        for (int k = 0; k < r && one->got < 15; k++) one->head[one->got++] = buffer[k];
        follow(one, (unsigned char *)buffer, r);
        if (more) heard += of, touched += of && !one->bytes, one->bytes += r, one->last = now();
        if (r < (int)sizeof buffer) break;
      } else if (r < 0 && errno == EAGAIN) break;
      else { epoll_ctl(poller, EPOLL_CTL_DEL, one->fd, NULL); close(one->fd); one->open = 0; break; }
    }
  }
  return heard;
}

static double settle(int first, int all) { /* until `all` got something and no byte came for `quiet` ms, or `first` ms */
  double last = now();
  for (;;) {
    if (take(quiet < 10 ? 0 : 5) > 0) last = now();
    if (now() - last > (touched >= all ? quiet : first) * 1e3) return last;
  }
}

static int ascending(const void *a, const void *b) { double d = *(double *)a - *(double *)b; return (d > 0) - (d < 0); }

static void report(double since, int each, int begin, int n) {
  double *at = malloc(sizeof(double) * (n + 1));
  long bytes = 0; int got = 0, refused = 0, gone = 0;
  for (int i = begin; i < begin + n; i++) {
    line *one = &lines[i];
    gone += !one->open;
    if (!one->bytes) continue;
    bytes += one->bytes;
    refused += each && strncmp(one->head + 9, "101", 3) && strncmp(one->head + 9, "20", 2);
    at[got++] = one->last - (each == 2 ? one->sent : since);
  }
  qsort(at, got, sizeof(double), ascending);
  printf("{\"got\": %d, \"gone\": %d, \"refused\": %d, \"bytes\": %ld", got, gone, refused, bytes);
  if (got) printf(", \"first_us\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"last_us\": %.1f", at[0], at[got / 2],
                  at[(int)((got - 1) * 0.99)], at[got - 1]);
  printf("}\n");
  fflush(stdout);
  free(at);
}

static void forget(void) { touched = 0; for (int i = 0; i < count; i++) lines[i].bytes = 0, lines[i].got = 0; }

static int next_trigger(int *length, int *all, int *first) { /* meanwhile pings are answered */
  struct pollfd in = {.fd = 0, .events = POLLIN};
  while (poll(&in, 1, 0) == 0) take(20);
  return scanf("%d %d %d", length, all, first) == 3 && *length;
}

static void load(const char *path) {
  FILE *file = fopen(path, "r");
  int length;
  if (!file) die(path);
  lines = calloc(20000, sizeof(line));
  while (fscanf(file, "%d", &length) == 1) {
    fgetc(file);
    lines[count].request = malloc(length), lines[count].length = length;
    if (fread(lines[count].request, 1, length, file) != (size_t)length) die("requests");
    count++;
  }
  fclose(file);
}

static void posts(double span) {
  for (int i = 0; i < count; i++) lines[i].fd = dial(), lines[i].open = 1, lines[i].crlf = -1, watch(i);
  double began = now();
  for (int i = 0; i < count;) {
    if (now() - began >= span * i / count) {
      lines[i].sent = now();
      say(lines[i].fd, lines[i].request, lines[i].length), i++;
    } else take(0);
  }
  double last = settle(10000, count);
  report(began, 2, 0, count);
  fprintf(stderr, "%.1f\n", last - began);
}

int main(int argc, char **argv) {
  struct rlimit most = {20000, 20000};
  setrlimit(RLIMIT_NOFILE, &most);
  if (argc < 3) return 2;
  port = atoi(argv[1]), poller = epoll_create1(0);
  load(argv[2]);
  if (getenv("QUIET")) quiet = atoi(getenv("QUIET"));
  if (argc > 4 && !strcmp(argv[3], "post")) { posts(atof(argv[4]) * 1e3); return 0; }
  int storm = argc > 3;
  double began = now();
  for (int i = 0; i < count; i++) {
    lines[i].fd = dial(), lines[i].open = 1, watch(i);
    say(lines[i].fd, lines[i].request, lines[i].length);
    if (!storm && i % 20 == 19) take(2);
    else if (storm) take(0);
  }
  settle(10000, count);
  report(began, 1, 0, count);
  const char *hello = getenv("HELLO"); /* what a protocol above WebSocket wants to hear first, in one masked frame */
  if (hello && *hello) {
    char frame[132] = {(char)0x81, (char)(0x80 | strlen(hello))};
    memcpy(frame + 6, hello, strlen(hello));
    forget();
    for (int i = 0; i < count; i++) say(lines[i].fd, frame, 6 + strlen(hello)), take(0);
    settle(10000, count);
  }
  if (getenv("PING")) every = atof(getenv("PING")) * 1e6 / count, beat = now();
  int length, all, first, fd = dial();
  lines[count].fd = fd, lines[count].open = 1, lines[count].crlf = -1, watch(count);
  while (next_trigger(&length, &all, &first)) {
    char *trigger = malloc(length);
    getchar();
    if (fread(trigger, 1, length, stdin) != (size_t)length) die("trigger");
    take(0), forget();
    if (!lines[count].open) lines[count].fd = fd = dial(), lines[count].open = 1, lines[count].crlf = -1, watch(count); /* it was idle too long */
    lines[count].bytes = 0, lines[count].got = 0;
    double sent = now();
    say(fd, trigger, length);
    if (getenv("FIRST")) focus = all, from = first;
    settle(3000, focus < count ? all : all + 1);
    fprintf(stderr, "%.12s %.1f\n", lines[count].head, lines[count].last - sent);
    report(sent, 0, from, focus < count ? focus : count);
    free(trigger);
  }
  return 0;
}

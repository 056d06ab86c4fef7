/* The floor: takes WebSockets per room, and for each POST writes its body, framed once, to all sockets of the room. It
 * does nothing else: what it costs is what the system asks for sending bytes.   floor <port>
 *   GET /ws?room=<n> upgrades, POST /pub?room=<n> sends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define ROOMS 1024
#define OK "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
#define DONE "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

static int *members[ROOMS], sizes[ROOMS];
static char *held[20000];
static int lengths[20000];
static unsigned char frame[1 << 20];

static void publish(int room, const char *body, long length) {
  int head = 2;
  frame[0] = 0x81;
  if (length < 126) frame[1] = length;
  else if (length < 65536) frame[1] = 126, frame[2] = length >> 8, frame[3] = length, head = 4;
  else { frame[1] = 127; for (int i = 0; i < 8; i++) frame[2 + i] = length >> (56 - 8 * i); head = 10; }
  memcpy(frame + head, body, length);
  for (int i = 0; i < sizes[room]; i++) if (send(members[room][i], frame, head + length, MSG_NOSIGNAL) < 0 && errno != EAGAIN) members[room][i] = members[room][--sizes[room]], i--;
}

static void request(int fd, char *text, int *length) {
  for (;;) {
    text[*length] = 0;
    char *end = strstr(text, "\r\n\r\n"), *at = strstr(text, "room=");
    if (!end || !at) return;
    int room = atoi(at + 5) % ROOMS;
    if (text[0] == 'G') {
      members[room] = realloc(members[room], sizeof(int) * (sizes[room] + 1));
      members[room][sizes[room]++] = fd;
      send(fd, OK, sizeof OK - 1, MSG_NOSIGNAL);
      *length = 0;
      return;
    }
    char *says = strcasestr(text, "content-length:");
    long body = says ? atol(says + 15) : 0;
    if (*length - (end + 4 - text) < body) return;
    publish(room, end + 4, body);
    send(fd, DONE, sizeof DONE - 1, MSG_NOSIGNAL);
    int used = end + 4 - text + body;
    memmove(text, text + used, *length -= used);
  }
}

int main(int argc, char **argv) {
  struct rlimit most = {20000, 20000};
  setrlimit(RLIMIT_NOFILE, &most);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[argc - 1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1, poller = epoll_create1(0);
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listening, (struct sockaddr *)&here, sizeof here) || listen(listening, 4096)) { perror("listen"); return 1; }
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listening}, events[512];
  epoll_ctl(poller, EPOLL_CTL_ADD, listening, &e);
  for (;;) {
    int n = epoll_wait(poller, events, 512, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listening) {
        while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          e.data.fd = fd, held[fd] = realloc(held[fd], 1 << 20), lengths[fd] = 0;
          epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
        }
        continue;
      }
      int r = read(fd, held[fd] + lengths[fd], (1 << 20) - lengths[fd] - 1);
      if (r > 0) lengths[fd] += r, request(fd, held[fd], &lengths[fd]);
      else if (r == 0 || errno != EAGAIN) epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL), close(fd);
    }
  }
}

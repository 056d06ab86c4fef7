// Socket.IO with its WebSocket transport: node sio.js <port>
const http = require('http'), { Server } = require('socket.io');
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://x'), body = [];
  request.on('data', part => body.push(part));
  request.on('end', () => {
    io.to('r' + url.searchParams.get('room')).emit('m', Buffer.concat(body).toString());
    response.writeHead(202).end();
  });
});
const io = new Server(server, { pingInterval: 3600000, transports: ['websocket'], cors: { origin: '*' } });
io.on('connection', socket => socket.join('r' + socket.handshake.query.room));
server.keepAliveTimeout = 600000;
server.listen({ port: +process.argv[2], host: '127.0.0.1', backlog: 4096 });

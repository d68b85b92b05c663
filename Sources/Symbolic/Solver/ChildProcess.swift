#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Runs another program with text in and text out. `posix_spawn` costs a millisecond where
/// Foundation's `Process` costs fifty.
enum ChildProcess {
  struct Failure: Error {
    /// Completes a sentence that starts with the program's name.
    var reason: String
  }

  /// The full path of a program on the PATH.
  static func executable(named name: String) -> String? {
    guard let paths = getenv("PATH") else { return nil }
    return String(cString: paths).split(separator: ":").lazy
      .map { "\($0)/\(name)" }
      .first { access($0, X_OK) == 0 }
  }

  /// What the program writes to standard output before it ends.
  ///
  /// One socket pair serves as its standard input and output: unlike a pipe, it can be written to
  /// without risking SIGPIPE, and half of it can be closed.
  static func run(
    _ path: String, _ arguments: [String], input: String, milliseconds: Int
  ) -> Result<String, Failure> {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, streamSocket, 0, &ends) == 0 else {
      return .failure(Failure(reason: "could not be given a socket"))
    }
    defer { close(ends[0]) }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    let child = spawn(path, arguments, socket: ends[1])
    close(ends[1])
    guard let child else { return .failure(Failure(reason: "could not be started")) }
    let output = exchange(ends[0], input: Array(input.utf8), milliseconds: milliseconds)
    if output == nil { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    guard let output else {
      return .failure(Failure(reason: "did not answer within \(milliseconds) ms"))
    }
    return .success(String(decoding: output, as: UTF8.self))
  }

  // The C headers of each platform give these names types of their own.
  #if canImport(Darwin)
    private static let streamSocket = SOCK_STREAM
    private static let sendFlags = Int32(MSG_DONTWAIT)
  #elseif canImport(Musl)
    private static let streamSocket = SOCK_STREAM | SOCK_CLOEXEC
    private static let sendFlags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
  #else
    private static let streamSocket = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    private static let sendFlags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
  #endif

  private static func spawn(_ path: String, _ arguments: [String], socket: Int32) -> pid_t? {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    #if canImport(Darwin)
      // There a socket cannot be made close-on-exec at once, and other threads may be spawning.
      posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_CLOEXEC_DEFAULT))
    #endif
    posix_spawn_file_actions_adddup2(&actions, socket, 0)
    posix_spawn_file_actions_adddup2(&actions, socket, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)

    let inherited = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"]
    let environment = inherited.compactMap { name in
      getenv(name).map { "\(name)=\(String(cString: $0))" }
    }
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child: pid_t = 0
    return posix_spawn(&child, path, &actions, &attributes, &argv, &envp) == 0 ? child : nil
  }

  /// Writes `input`, closes that half, and reads to the end; nil when time is up.
  private static func exchange(
    _ socket: Int32, input: [UInt8], milliseconds: Int
  ) -> [UInt8]? {
    #if canImport(Darwin)
      var isOn: Int32 = 1
      setsockopt(
        socket, SOL_SOCKET, SO_NOSIGPIPE, &isOn, socklen_t(MemoryLayout<Int32>.size))
    #endif
    let deadline = ContinuousClock.now + .milliseconds(milliseconds)
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var sent = 0
    var isSending = true
    while true {
      if isSending, sent == input.count {
        shutdown(socket, Int32(SHUT_WR))
        isSending = false
      }
      let left = deadline - ContinuousClock.now
      guard left > .zero else { return nil }
      let wait = Int32(min(left / .milliseconds(1) + 1, 60_000))
      var request = pollfd(
        fd: socket, events: Int16(isSending ? POLLIN | POLLOUT : POLLIN), revents: 0)
      let ready = poll(&request, 1, wait)
      if ready < 0 && errno != EINTR { return nil }
      guard ready > 0 else { continue }
      if isSending, request.revents & Int16(POLLOUT) != 0 {
        let count = input[sent...].withUnsafeBytes {
          send(socket, $0.baseAddress, $0.count, sendFlags)
        }
        if count > 0 {
          sent += count
        } else if errno != EAGAIN && errno != EINTR {
          // The program no longer listens; what it has said may be all the same what is wanted.
          isSending = false
        }
      }
      if request.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
        let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 {
          output += buffer[..<count]
        } else if count == 0 || errno != EAGAIN && errno != EINTR {
          return output
        }
      }
    }
  }
}

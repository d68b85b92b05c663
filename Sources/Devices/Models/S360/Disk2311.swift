/// IBM 2311 disk storage drive behind a 2841 control unit (GA26-5988): records of count, key and
/// data that channel programs search for.
///
/// The drive stands still between chains, as far as anybody can tell: where a search finds itself
/// on the track depends on nothing but the commands before it.
final class Disk2311: Unit {
  let name: String
  let partition: DiskPartition?
  private(set) var isWritten = false
  var sense = [UInt8](repeating: 0, count: 6)
  private(set) var cylinder = 0
  private(set) var head = 0
  /// The track under the head, as read.
  private(set) var track: DiskTrack
  /// The record that passed last; -1: the index point.
  var last = -1
  /// The area that passed last in this chain.
  var area = Area.none
  /// Index points passed since the last transfer of this chain.
  private var indexPoints = 0
  /// The last command was a search that found what it was equal to.
  var isFound = false
  /// The last command wrote a record, and the next may follow on it.
  var isFormatting = false
  /// SET FILE MASK, in force to the end of the chain.
  var mask: UInt8 = 0
  /// Instruction times that the command under way has spent looking.
  private var latency: UInt64 = 0

  enum Area { case none, home, count, key, data }

  /// What is wrong, as sense bytes 0 and 1.
  struct Fault: Error {
    var sense: (UInt8, UInt8)
    static let commandReject = Fault(sense: (0x80, 0))
    static let seekCheck = Fault(sense: (0x81, 0))
    static let invalidSequence = Fault(sense: (0x80, 0x10))
    static let fileProtected = Fault(sense: (0, 0x04))
    static let noRecordFound = Fault(sense: (0, 0x08))
    static let endOfCylinder = Fault(sense: (0, 0x20))
    static let trackOverrun = Fault(sense: (0, 0x40))
    static let interventionRequired = Fault(sense: (0x40, 0))
  }

  init(_ name: String, _ partition: DiskPartition?) {
    self.name = name
    self.partition = partition
    track =
      partition?.track(cylinder: 0, head: 0) ?? DiskTrack(cylinder: 0, head: 0)
  }

  func beginChain() {
    area = .none
    indexPoints = 0
    isFound = false
    isFormatting = false
    mask = 0
  }

  var outputs: [DeviceOutput] {
    guard isWritten, let partition else { return [] }
    return [DeviceOutput(name: "\(name) disk", bytes: partition.image(), isText: false)]
  }

  // MARK: Motion

  func seek(cylinder: Int, head: Int) throws(Fault) {
    guard let new = partition?.track(cylinder: cylinder, head: head) else {
      throw .seekCheck
    }
    (self.cylinder, self.head) = (cylinder, head)
    track = new
    last = -1
    area = .none
    indexPoints = 0
  }

  func write(_ track: DiskTrack) {
    self.track = track
    isWritten = true
    partition?.set(track, cylinder: cylinder, head: head)
  }

  /// The index point comes: the same track again, or the next one of the cylinder.
  func passIndex(isMultitrack: Bool) throws(Fault) {
    latency += Pace.revolution
    last = -1
    area = .none
    if isMultitrack {
      guard let next = partition?.track(cylinder: cylinder, head: head + 1) else {
        throw .endOfCylinder
      }
      head += 1
      track = next
      return
    }
    indexPoints += 1
    guard indexPoints < 2 else { throw .noRecordFound }
  }

  /// The count area of the next record comes; R0 only where that is asked for.
  func passToNext(includingR0: Bool, isMultitrack: Bool) throws(Fault) {
    latency += Pace.revolution / 10
    repeat {
      if last + 1 < track.records.count {
        last += 1
      } else {
        try passIndex(isMultitrack: isMultitrack)
        last = 0
      }
    } while last == 0 && !includingR0
    area = .count
  }

  /// Data have moved: looking for records begins anew.
  func settle() { indexPoints = 0 }

  // MARK: Ends

  func done(_ bytes: Int, _ status: UnitStatus = [], device: UInt64 = 0) -> Ending {
    .done(
      after: Pace.order + latency + UInt64(bytes) * Pace.diskByte, status, device: device)
  }

  func check(_ fault: Fault) -> Ending {
    (sense[0], sense[1]) = fault.sense
    return done(0, .unitCheck)
  }

  // MARK: Commands

  func begin(_ command: UInt8) -> Order {
    latency = 0
    if command == 0x04 { return .input(sense, done(sense.count)) }
    if command == 0x03 { return .control(done(0)) }
    sense = [UInt8](repeating: 0, count: 6)
    guard partition != nil else { return .control(check(.interventionRequired)) }
    do throws(Fault) {
      return try order(command)
    } catch {
      return .control(check(error))
    }
  }

  func receive(_ command: UInt8, _ bytes: [UInt8]) -> Ending {
    do throws(Fault) {
      return try take(command, bytes)
    } catch {
      return check(error)
    }
  }
}

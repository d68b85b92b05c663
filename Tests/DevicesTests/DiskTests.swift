import Devices
import Testing

/// GA26-5988, the 2841 and its devices.
@Suite("IBM 2311 disk")
struct DiskTests {
  /// Cylinder 2, head 1: R1 with key "KEY1" and R2 without, 8 bytes of data each.
  private static let format = """
    .word 0x07000000 + seek, 0x40000006
    .word 0x31000000 + r0, 0x40000005
    .word 0x08000000 + ccws + 8, 0
    .word 0x1D000000 + first, 0x40000014
    .word 0x1D000000 + second, 0x00000010
    """
  private static let areas = """
    .align 8
    seek: .byte 0, 0, 0, 2, 0, 1
    r0: .byte 0, 2, 0, 1, 0
    r1: .byte 0, 2, 0, 1, 1
    r2: .byte 0, 2, 0, 1, 2
    .align 8
    first: .byte 0, 2, 0, 1, 1, 4, 0, 8
    key: .ebcdic "KEY1"
    .ebcdic "DATA ONE"
    .align 8
    second: .byte 0, 2, 0, 1, 2, 0, 0, 8
    .ebcdic "DATA TWO"
    new: .ebcdic "NEW DATA"
    .align 8
    into: .space 80
    """

  private func operate(
    _ ccws: String, on disk: DiskPartition, then more: String = ""
  ) throws -> Installation {
    var setup = DeviceSetup()
    setup.disks[0x190] = disk
    return try Installation.result("0x190", setup: setup, ccws + "\n" + Self.areas + "\n" + more)
  }

  private func formatted() throws -> DiskPartition {
    let disk = try DiskStore().partition(0..<203)
    let installation = try operate(Self.format, on: disk)
    #expect(installation.csw & 0xFFFF_FFFF == 0x0C00_0000)
    return disk
  }

  private func find(_ id: String, then command: String) -> String {
    """
    .word 0x07000000 + seek, 0x40000006
    .word 0x31000000 + \(id), 0x40000005
    .word 0x08000000 + ccws + 8, 0
    \(command)
    """
  }

  @Test("what was formatted is found by its identifier and read")
  func roundTrip() throws {
    let disk = try formatted()
    for (id, text) in [("r1", "DATA ONE"), ("r2", "DATA TWO")] {
      let installation = try operate(
        find(id, then: ".word 0x06000000 + into, 8"), on: disk)
      #expect(installation.csw & 0xFFFF_FFFF == 0x0C00_0000)
      let into = try installation.address(of: "into")
      #expect(EBCDICText.decoded(installation.bytes(into, 8)) == Array(text.utf8))
    }
  }

  @Test("a search by key finds the data behind it; key and data are read together")
  func keys() throws {
    let disk = try formatted()
    let found = try operate(
      """
      .word 0x07000000 + seek, 0x40000006
      .word 0x29000000 + key, 0x40000004
      .word 0x08000000 + ccws + 8, 0
      .word 0x06000000 + into, 8
      """, on: disk)
    #expect(found.csw & 0xFFFF_FFFF == 0x0C00_0000)
    #expect(
      EBCDICText.decoded(found.bytes(try found.address(of: "into"), 8)) == Array("DATA ONE".utf8))
    let both = try operate(find("r1", then: ".word 0x0E000000 + into, 12"), on: disk)
    #expect(
      EBCDICText.decoded(both.bytes(try both.address(of: "into"), 12))
        == Array("KEY1DATA ONE".utf8))
  }

  @Test("data are written over where the search has led; too few are filled with zeros")
  func update() throws {
    let disk = try formatted()
    let written = try operate(find("r2", then: ".word 0x05000000 + new, 3"), on: disk)
    #expect(written.csw & 0xFFFF_FFFF == 0x0C00_0000)
    let installation = try operate(
      find("r2", then: ".word 0x06000000 + into, 8"), on: disk)
    let into = try installation.address(of: "into")
    #expect(installation.bytes(into, 8) == EBCDICText.encoded("NEW") + [0, 0, 0, 0, 0])
  }

  @Test("a write that no search has led to: command reject, invalid sequence")
  func invalidSequence() throws {
    let installation = try operate(
      """
      .word 0x07000000 + seek, 0x40000006
      .word 0x05000000 + new, 8
      """, on: try formatted(), then: "")
    #expect(installation.unitStatus == 0x0E)
    #expect(try sense(after: installation) == [0x80, 0x10])
  }

  /// The first two sense bytes, asked for when an operation has ended.
  private func sense(after installation: Installation) throws -> [UInt8] {
    let machine = installation.machine
    let ccw = 0x2000
    machine.store(installation.storage, UInt64(ccw), units: 8, 0x0400_2100_2000_0006)
    machine.store(installation.storage, 0x48, units: 4, UInt128(ccw))
    let start = try installation.address(of: "start")
    installation.setPSW(UInt64(start))
    #expect(installation.run() == .waitsForEver)
    return installation.bytes(0x2100, 2)
  }

  @Test("a search for what is not there ends after a turn: no record found")
  func noRecordFound() throws {
    let installation = try operate(
      find("missing", then: ".word 0x06000000 + into, 8"), on: try formatted(),
      then: "missing: .byte 0, 2, 0, 1, 9")
    #expect(installation.unitStatus == 0x0E)
    #expect(try sense(after: installation) == [0, 0x08])
  }

  @Test("multitrack reading goes on to the end of the cylinder and no further")
  func endOfCylinder() throws {
    let installation = try operate(
      """
      .word 0x07000000 + seek, 0x40000006
      .word 0x92000000 + into, 0x40000008
      .word 0x08000000 + ccws + 8, 0
      """, on: try formatted())
    #expect(installation.unitStatus == 0x0E)
    #expect(try sense(after: installation) == [0, 0x20])
  }

  @Test("the file mask of a chain keeps writes out")
  func fileMask() throws {
    let installation = try operate(
      ".word 0x1F000000 + mask, 0x40000001\n.word 0x08000000 + on, 0\non: "
        + find("r2", then: ".word 0x05000000 + new, 8").replacing("ccws + 8", with: "on + 8"),
      on: try formatted(), then: "mask: .byte 0x40")
    #expect(try sense(after: installation) == [0, 0x04])
  }

  @Test("a track takes what the capacity formula allows, and nothing more")
  func capacity() throws {
    let disk = try DiskStore().partition(0..<203)
    for (length, status) in [(3625, 0x0C), (3626, 0x0E)] {
      let installation = try operate(
        find("r0", then: ".word 0x1D000000 + large, \(8 + length)"), on: disk,
        then: "large: .byte 0, 2, 0, 1, 1, 0\n.half \(length)\n.space 3700")
      #expect(Int(installation.unitStatus) == status)
    }
  }

  @Test("a seek beyond the disk: seek check")
  func seekCheck() throws {
    let installation = try operate(
      ".word 0x07000000 + beyond, 6", on: try DiskStore().partition(0..<203),
      then: "beyond: .byte 0, 0, 0, 203, 0, 0")
    #expect(try sense(after: installation) == [0x81, 0])
  }

  @Test("channel end comes when a seek is understood, device end when the arm is there")
  func seekTakesTime() throws {
    let installation = try operate(
      ".word 0x07000000 + seek, 6", on: try DiskStore().partition(0..<203))
    #expect(installation.unitStatus == 0x08)
    installation.setPSW(0xFE02_0000_0000_0000)
    installation.run()
    #expect(installation.csw == 0x0400_0000)
  }

  // MARK: Partitions and images

  @Test("a virtual disk is its cylinders of the real one, and sees no other")
  func partitions() throws {
    let store = try DiskStore()
    let (left, right) = (try store.partition(0..<3), try store.partition(3..<6))
    let before = right.image()
    #expect(try operate(Self.format, on: left).unitStatus == 0x0C)
    #expect(right.image() == before)
    #expect(try operate(Self.format, on: right).unitStatus == 0x0C)
    #expect(left.image() == right.image())
    let beyond = try operate(
      ".word 0x07000000 + beyond, 6", on: left, then: "beyond: .byte 0, 0, 0, 3, 0, 0")
    #expect(beyond.unitStatus & 0x02 != 0)
    #expect(throws: DeviceError.self) { try store.partition(5..<7) }
    #expect(throws: DeviceError.self) { try store.partition(200..<204) }
  }

  @Test("an image gives the disk back; a damaged one gets a message")
  func images() throws {
    let image = try formatted().image()
    let copy = try DiskStore(image: image)
    #expect(copy.image() == image)
    let installation = try operate(
      find("r2", then: ".word 0x06000000 + into, 8"), on: try copy.partition(0..<203))
    #expect(installation.unitStatus == 0x0C)
    for index in image.indices {
      var damaged = image
      damaged[index] ^= 0x41
      #expect(throws: DeviceError.self) { try DiskStore(image: damaged) }
    }
    for length in 0..<image.count {
      #expect(throws: DeviceError.self) { try DiskStore(image: Array(image.prefix(length))) }
    }
    #expect(throws: DeviceError.self) { try DiskStore(image: image + [0]) }
  }

  @Test("what was written is an output of its own, as an image")
  func output() throws {
    let disk = try DiskStore().partition(0..<203)
    let installation = try operate(Self.format, on: disk)
    #expect(installation.output("190 disk") == disk.image())
  }

  @Test("the load key reads record 1 of cylinder 0")
  func load() throws {
    let disk = try DiskStore().partition(0..<203)
    let written = try operate(
      """
      .word 0x31000000 + zero, 0x40000005
      .word 0x08000000 + ccws, 0
      .word 0x1D000000 + boot, 32
      """, on: disk,
      then: """
        zero: .byte 0, 0, 0, 0, 0
        .align 8
        boot: .byte 0, 0, 0, 0, 1, 0, 0, 24
        .word 0x00020000, 0x00000500
        .word 0x03000000, 0x20000001
        .word 0, 0
        """)
    #expect(written.unitStatus == 0x0C)
    var setup = DeviceSetup()
    setup.disks[0x190] = disk
    let installation = try Installation(setup: setup)
    try installation.system.initialProgramLoad(0x190)
    #expect(installation.word(0) == 0x0002_0190)
    let psw = installation.machine.register(try installation.register("psw"))
    #expect(psw == 0x0002_0000_0000_0500)
  }
}

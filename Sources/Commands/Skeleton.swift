/// The description that `popek new` writes: a whole machine, small enough to read in two minutes.
enum Skeleton {
  static func text(name: String) -> String {
    ##"""
    // \##(name): a machine to start from. It has two modes, a relocation-bounds register, traps, and a
    // few instructions; change one thing at a time and watch what becomes of the verdict:
    //
    //   popek validate \##(name).isa      is the text sound, do its tests pass
    //   popek classify \##(name).isa      what is privileged, sensitive, innocuous, and why
    //
    // Try it: take the `require` line out of LRB, and classify again.

    machine \##(name) "\##(name)"

    // Bit 0 is the rightmost; `msb0` counts from the left, as IBM does.
    numbering lsb0
    endian    big

    // Every instruction and trap cites its manual; the sections are listed once, here.
    manual guide = "\##(name), principles of operation" {
      section "State"
      section "Traps"
      section "Instructions"
    }

    // MARK: State
    //
    // Every piece of state has a role: `plain` is the program's own, `mode` decides supervisor or
    // user, `map` says what memory a program reaches, `pc` is the program counter. Interrupt masks and
    // the like are `resource`; clocks are `timer`, the outside world is `device`.

    layout Status : 32 {
      base   31..24  map
      bound  23..16  map
      code   15..9   plain
      mode   8       mode { 0 = supervisor, 1 = user }
      pc     7..0    pc
    }

    register status : Status
    register r[4]   : 8 plain

    // 256 bytes. A program's addresses go through `translate`, in both modes; `real` goes past it.
    memory storage : 8 -> 8 plain

    translate storage(address, intent) {
      require address < status.bound  else trap bounds as memory
      result  address + status.base
    }

    // How the map moves when a program is moved by x: what location sensitivity is about.
    shift(x : 8) {
      status.base := status.base + x
    }

    // The paper's two modes. A machine with more has several pairs.
    modes paper {
      user        status.mode == user
      supervisor  status.mode == supervisor
    }

    // MARK: Traps
    //
    // A trap stores the status word at 0 and takes the new one from 4.

    entry exchange(code : 7, pc : 8) {
      cite guide "Traps"
      real storage[0, 4] := status with { code = code, pc = pc }
      status             := real storage[4, 4]
    }

    trap bounds         = exchange(1, status.pc)                    cite guide "Traps"
    trap not_permitted  = exchange(2, status.pc)                    cite guide "Traps"
    trap unknown        = exchange(3, status.pc)                    cite guide "Traps"
    trap call(n : 6)    = exchange(1:1 ++ n, status.pc + length)    cite guide "Traps"

    undefined trap unknown as program

    fetch   storage at status.pc { }
    advance status.pc := status.pc + length

    reset {
      status.bound := 255
      status.pc    := 8
    }

    // MARK: Instructions
    //
    // `syntax` is used both ways, by popek asm and popek disasm. `encode` lists the bits in reading
    // order. Guards come first; then the effect, which reads the state before the instruction.
    // `expect` and `test` are compared with the answer when the description is validated.

    instr LDI "Load immediate" {
      syntax  "LDI r{d},{n}"
      cite    guide "Instructions"
      encode  0x1:4 ignored:2 d:2 n:8
      r[d]    := n
      expect  innocuous
      test "the number arrives" {
        given status.bound = 255
        units "12 2A"
        then  r[2] = 0x2A, status.pc = 2
      }
    }

    instr ADD "Add" {
      syntax  "ADD r{d},r{s}"
      cite    guide "Instructions"
      encode  0x2:4 s:2 d:2
      r[d]    := r[d] + r[s]
      expect  innocuous
    }

    instr LD "Load" {
      syntax  "LD r{d},(r{s})"
      cite    guide "Instructions"
      encode  0x3:4 s:2 d:2
      r[d]    := storage[r[s]]
      expect  innocuous
      test "storage is reached through base and bound" {
        given status.mode = user, status.base = 0x20, status.bound = 0x10, r[1] = 5, storage[0x25] = 7
        units "36"
        then  r[2] = 7
      }
      test "and not beyond the bound" {
        given status.mode = user, status.base = 0x20, status.bound = 0x10, r[1] = 0x10
        units "36"
        trap  bounds
      }
    }

    instr ST "Store" {
      syntax  "ST r{d},(r{s})"
      cite    guide "Instructions"
      encode  0x4:4 s:2 d:2
      storage[r[s]] := r[d]
      expect  innocuous
    }

    instr JZ "Jump on zero" {
      syntax  "JZ r{d},{a}"
      cite    guide "Instructions"
      encode  0x5:4 ignored:2 d:2 a:8
      if r[d] == 0 {
        status.pc := a
      }
      expect  innocuous
    }

    // It always traps, so it never retires: innocuous.
    instr CALL "Supervisor call" {
      syntax  "CALL {n}"
      cite    guide "Instructions"
      encode  0x6:4 ignored:6 n:6
      trap    call(n) as call
      expect  innocuous, always_traps
    }

    // Sensitive: it changes the map. Privileged: a user program traps. So the theorem is content.
    instr LRB "Load relocation and bounds" {
      syntax  "LRB r{b},r{n}"
      cite    guide "Instructions"
      encode  0x8:4 b:2 n:2
      require status.mode == supervisor  else trap not_permitted as privilege
      status.base  := r[b]
      status.bound := r[n]
      expect  privileged, control_sensitive
      test "a user program may not" {
        given status.mode = user, status.bound = 255
        units "81"
        trap  not_permitted
      }
    }

    instr LS "Load status" {
      syntax  "LS (r{s})"
      cite    guide "Instructions"
      encode  0x9:4 ignored:2 s:2
      require status.mode == supervisor  else trap not_permitted as privilege
      status := storage[r[s], 4]
      expect  privileged, control_sensitive
    }

    expect theorem1 holds

    """##
  }
}

# SPDX-License-Identifier: GPL-2.0
#
# Of code for vectors: each instruction that could make a branch, an address or a
# time depend on what is in a vector.  Prints "FUNCTION: INSTRUCTION: why", then
# how many instructions there were.
#
# usage: objdump -dr --no-show-raw-insn OBJECT >FILE; awk -f addresses.awk FILE FILE
#
# General registers get addresses and constants only: they are written from each
# other, from immediate operands, constants of the program, and places in the
# stack to which one of them has just been saved.  So what is secret is read to
# vector registers, and it is refused that these go to a general register, a mask
# or the flags, or are used as an index.  This holds for every input, which is
# more than any run shows.

function refuse(why) {
	print fn ": " text ": " why
}

function check_vector() {
	if (mnemonic ~ /div|sqrt/)
		refuse("its time may depend on its operands")
	if (operands ~ /\([^)]*%[xyz]mm/)
		refuse("addresses from a vector")
	if (operands ~ /%k[0-7]/)
		refuse("a mask")
	if (mnemonic ~ /^v(ptest|testp|u?comi)/)
		refuse("flags from a vector")
	if (last ~ /^%/ && last !~ /^%[xyz]mm/)
		refuse("a general register from a vector")
	if (last ~ /\)$/)
		forget_what_is_overwritten()
}

function number(hex,    value) {
	sub(/^0x/, "", hex)
	for (; hex != ""; hex = substr(hex, 2))
		value = 16 * value + index("123456789abcdef", substr(hex, 1, 1))
	return value + 0
}

# The offset in the stack that an operand, the last one of some, is; or nothing
function stack_offset(operand) {
	if (operand !~ /(^|,)(0x[0-9a-f]+)?\(%rsp\)$/)
		return ""
	sub(/\(%rsp\)$/, "", operand)
	sub(/.*,/, "", operand)
	return number(operand)
}

function forget_what_is_overwritten(    at, from, len) {
	from = stack_offset(last)
	len = operands ~ /^%ymm/ ? 32 : 64
	for (at in saved) {
		if (from == "" || (at + 8 > from && from + len > at))
			delete saved[at]
	}
}

# mov of a general register to the stack, or from where it was saved
function saves_or_restores(    at, from) {
	from = operands
	sub(/,%[a-z0-9]+$/, "", from)
	at = stack_offset(last)
	if (operands ~ /^%/ && at != "") {
		saved[at] = 1
		return 1
	}
	at = stack_offset(from)
	return last ~ /^%/ && at != "" && at in saved
}

function check_scalar() {
	if (text ~ /(^| )nop[wl]?( |$)/ || text ~ /^xchg +%ax,%ax$/ ||
	    mnemonic == "endbr64")
		return
	if (mnemonic ~ /^(push|pop|leave|ret|jmp)$/ || last == "%rsp")
		delete saved
	if (mnemonic ~ /^(push|pop|leave|ret)$/)
		return
	if (mnemonic ~ /^(call|jmp|j[a-z]+)$/ && text !~ /\*/) {
		# The relocation that follows says what is called.
		calls = mnemonic == "call"
		return
	}
	if (mnemonic ~ /^lea[lq]?$/)
		return
	if (mnemonic !~ /^(mov|movabs|add|sub|and|or|xor|inc|dec|cmp|test|shl|shr|sar|neg|not)[lq]?$/) {
		refuse("not known to be harmless")
		return
	}
	if (operands !~ /\(/)
		return
	if (operands ~ /^[^(]*\(%rip\),/) {
		loads = 1
		return
	}
	if (mnemonic ~ /^mov[lq]?$/) {
		if (saves_or_restores())
			return
		# A general register or a number to memory
		if (last ~ /\)$/) {
			forget_what_is_overwritten()
			return
		}
		# Where a function ends, that its frame is whole
		canary = text
		return
	}
	refuse("a general register or flags from memory")
}

function check_canary() {
	if (text !~ /^sub +%gs:0x0\(%rip\),/)
		print fn ": " canary ": a general register from memory"
	canary = ""
}

# First, where jumps go to
NR == FNR {
	if ($2 ~ /^j/)
		target[$3] = 1
	next
}

/^[0-9a-f]+ <.*>:$/ {
	fn = substr($2, 2, length($2) - 3)
	delete saved
	next
}

/R_X86_64_/ {
	if (calls && $NF !~ /^__(fentry__|stack_chk_fail|ubsan_handle_)/)
		refuse("calls " $NF)
	if (loads && $NF !~ /^(\.rodata|\.LC|keccak_round_constant|__ref_stack_chk_guard)/)
		refuse("a general register or flags from " $NF)
	calls = loads = 0
	next
}

/^ +[0-9a-f]+:\t/ {
	if (calls || loads)
		refuse("this, or the one before: of what is not known")
	calls = loads = 0
	address = $1
	sub(/:$/, "", address)
	if (address in target)
		delete saved

	text = $0
	sub(/^ +[0-9a-f]+:\t/, "", text)
	sub(/ *(#.*|<.*>) *$/, "", text)
	sub(/^notrack /, "", text)
	sub(/ +$/, "", text)
	mnemonic = operands = text
	sub(/ .*/, "", mnemonic)
	sub(/^[^ ]+ */, "", operands)
	last = operands
	if (last !~ /\)$/)
		sub(/.*,/, "", last)
	n++
	if (canary != "")
		check_canary()
	if (mnemonic ~ /^v/)
		check_vector()
	else
		check_scalar()
}

END {
	print n + 0, "instructions"
}

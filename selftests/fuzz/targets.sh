# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the scripts here: which targets there are, and what belongs to each.

targets()
{
	make --silent list-targets
}

# written TARGET: the files of the inputs that were written by hand
written()
{
	case $1 in
	config)	echo ../config/good/*.conf ../config/bad/*.conf ;;
	*)	echo "seeds/$1.hex" ;;
	esac
}

# corpus TARGET: the files of all its inputs
corpus()
{
	written "$1"
	if [ -e "corpus/$1.hex" ]; then
		echo "corpus/$1.hex"
	fi
}

# options TARGET: what the fuzzer is told about its inputs
options()
{
	case $1 in
	config)	echo -max_len=2048 -dict=config.dict ;;
	# A message is as long as repeated pieces make it, from the first run on.
	ike_message)	echo -max_len=12288 -len_control=0 ;;
	# Walks may be long; short ones are tried more often.
	engine)	echo -max_len=512 -use_counters=0 -entropic_scale_per_exec_time=1 ;;
	*)	echo -max_len=512 ;;
	esac
}

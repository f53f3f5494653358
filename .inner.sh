make --silent -C selftests SUITES=config all 2>&1 | grep -n "error" 
cd selftests/config; for i in $(seq 40); do ./name_lookup_test | grep -B1 "not ok\|Bail"; done; echo done
cd ../..; make --silent -C selftests/codec /src/selftests/codec/remote_name_test /src/selftests/codec/keying_test 2>&1 | grep error; cd selftests/codec; ./remote_name_test 2>&1 | grep "not ok\|Expected\|PASSED"; ./keying_test 2>&1| grep "not ok\|Expected\|PASSED"; 

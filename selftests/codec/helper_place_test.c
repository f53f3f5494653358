// SPDX-License-Identifier: GPL-2.0
/* Where, and as whom, a helper runs. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "supervisor/helper_place.h"

FIXTURE(place)
{
	char directory[64];
	char beside[80]; /* the control socket */
	char root[80];
	char passwd[80];
	char error[256];
	uid_t user;
	gid_t group;
};

FIXTURE_SETUP(place)
{
	snprintf(self->directory, sizeof(self->directory),
		 "/tmp/helper_place_test.XXXXXX");
	ASSERT_NE(mkdtemp(self->directory), NULL);
	snprintf(self->beside, sizeof(self->beside), "%s/control",
		 self->directory);
	snprintf(self->root, sizeof(self->root), "%s/empty", self->directory);
	snprintf(self->passwd, sizeof(self->passwd), "%s/passwd",
		 self->directory);
}

FIXTURE_TEARDOWN(place)
{
	helper_root_remove(self->beside);
	unlink(self->passwd);
	EXPECT_EQ(rmdir(self->directory), 0);
}

static bool find(FIXTURE_DATA(place) *self, const char *accounts)
{
	FILE *file = fopen(self->passwd, "w");

	if (!file || fputs(accounts, file) < 0 || fclose(file))
		return false;
	return helper_account(self->passwd, &self->user, &self->group,
			      self->error, sizeof(self->error));
}

#define ROOT "root:x:0:0:root:/root:/bin/sh\n"
#define NOBODY "nobody:x:65534:65533::/:/bin/false\n"

TEST_F(place, the_account_is_its_own)
{
	ASSERT_TRUE(find(self, ROOT NOBODY "pqike:x:7:8::/:/bin/false\n"));
	EXPECT_EQ(self->user, 7);
	EXPECT_EQ(self->group, 8);
}

TEST_F(place, the_account_is_nobody)
{
	ASSERT_TRUE(find(self, ROOT NOBODY));
	EXPECT_EQ(self->user, 65534);
	EXPECT_EQ(self->group, 65533);
}

TEST_F(place, there_is_no_account)
{
	EXPECT_FALSE(find(self, ROOT));
	EXPECT_NE(strstr(self->error, "no account pqike nor nobody"), NULL)
		TH_LOG("%s", self->error);
	unlink(self->passwd);
	EXPECT_FALSE(helper_account(self->passwd, &self->user, &self->group,
				    self->error, sizeof(self->error)));
	EXPECT_NE(strstr(self->error, "No such file"), NULL)
		TH_LOG("%s", self->error);
}

/* It is not passed over for nobody: an operator has meant something else. */
TEST_F(place, the_account_is_of_root)
{
	EXPECT_FALSE(find(self, NOBODY "pqike:x:0:8::/:/bin/false\n"));
	EXPECT_NE(strstr(self->error, "is root's"), NULL)
		TH_LOG("%s", self->error);
	EXPECT_FALSE(find(self, NOBODY "pqike:x:7:0::/:/bin/false\n"));
}

static int open_root(FIXTURE_DATA(place) *self)
{
	return helper_root_open(self->beside, self->error, sizeof(self->error));
}

/* As often as there is a supervisor. */
TEST_F(place, the_root_is_made_and_used_again)
{
	struct stat status;
	int fd;

	for (int i = 0; i < 2; i++) {
		fd = open_root(self);
		ASSERT_GE(fd, 0) TH_LOG("%s", self->error);
		close(fd);
	}
	ASSERT_EQ(stat(self->root, &status), 0);
	EXPECT_EQ(status.st_mode & 0222, 0);
}

TEST_F(place, the_root_is_empty)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/x", self->root);
	ASSERT_EQ(mkdir(self->root, 0755), 0);
	ASSERT_EQ(mkdir(path, 0755), 0);
	EXPECT_LT(open_root(self), 0);
	EXPECT_NE(strstr(self->error, "not empty"), NULL)
		TH_LOG("%s", self->error);
	rmdir(path);
}

TEST_F(place, nobody_else_writes_in_the_root)
{
	ASSERT_EQ(mkdir(self->root, 0755), 0);
	ASSERT_EQ(chmod(self->root, 0775), 0);
	EXPECT_LT(open_root(self), 0);
	EXPECT_NE(strstr(self->error, "somebody else"), NULL)
		TH_LOG("%s", self->error);
	ASSERT_EQ(chmod(self->root, 0755), 0);
	if (geteuid())
		return;
	ASSERT_EQ(chown(self->root, 65534, 65534), 0);
	EXPECT_LT(open_root(self), 0);
	EXPECT_NE(strstr(self->error, "somebody else"), NULL)
		TH_LOG("%s", self->error);
}

TEST_F(place, the_root_is_a_directory)
{
	ASSERT_EQ(symlink("/", self->root), 0);
	EXPECT_LT(open_root(self), 0);
	EXPECT_NE(strstr(self->error, "empty, the root of the helper: "), NULL)
		TH_LOG("%s", self->error);
	unlink(self->root);
	close(open(self->root, O_CREAT | O_WRONLY, 0600));
	EXPECT_LT(open_root(self), 0);
	unlink(self->root);
}

TEST_F(place, without_a_directory_there_is_none)
{
	EXPECT_LT(helper_root_open("/nonexistent/control", self->error,
				   sizeof(self->error)), 0);
	EXPECT_NE(strstr(self->error, "No such file"), NULL)
		TH_LOG("%s", self->error);
}

TEST_HARNESS_MAIN

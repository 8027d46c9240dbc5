# What a newcomer types: make demo, make test. Everything else is a part of these two.
# On a fresh Debian 12 with only the .NET 10 SDK (root, or sudo), `prerequisites` installs the rest.
CONFIGURATION ?= Release
RECORDER := build/recorder
BC_BUGS := more_arrays genstr lookup none fixed

MYSQL_BUGS := none mysql-1 mysql-2 mysql-3
MUTT_BUGS := none mutt-1
PINE_BUGS := none pine-1 pine-2

PACKAGES := artifacts/packages

.PHONY: all prerequisites build recorder dotnet pack adapters servers servers-mysql servers-mail engine images demo test test-c test-dotnet test-package test-servers bench table1 format clean \
	$(addprefix server-,$(MYSQL_BUGS))

all: build

prerequisites:
	sh scripts/install-prerequisites.sh

build: recorder dotnet

recorder:
	cmake -S src/Recorder -B $(RECORDER) -DCMAKE_BUILD_TYPE=RelWithDebInfo -Wno-dev >/dev/null
	cmake --build $(RECORDER) -j "$$(nproc)"

dotnet:
	dotnet build SelfHeal.sln -c $(CONFIGURATION) --nologo -v quiet

# SelfHeal.Testing and the tool selfheal, each with the recorder inside.
pack: recorder
	rm -rf $(PACKAGES)
	for project in SelfHeal.Testing SelfHeal.Cli; do \
		dotnet pack src/$$project -c $(CONFIGURATION) -o $(PACKAGES) --nologo -v quiet || exit 1; done

# Their packages are not to be had everywhere: says plainly which could not be restored.
adapters: dotnet
	sh adapters/make.sh $(CONFIGURATION)

servers: $(addprefix server-bc-,$(BC_BUGS))

server-bc-%:
	@docker/bc/build.sh --bug $* --prefix build/servers/bc-$*

# The first one takes 10 to 20 minutes: no part of `servers`.
servers-mysql: build/servers/mysql-driver $(addprefix server-,$(MYSQL_BUGS))

$(addprefix server-,$(MYSQL_BUGS)):
	@docker/mysql/build.sh --bug $(@:server-%=%)

build/servers/mysql-driver: $(wildcard docker/mysql/driver/*.[ch])
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wshadow -Werror -o $@ $(filter %.c,$^)

# Two to six minutes the first time.
servers-mail:
	@sh scripts/install-prerequisites.sh docker/base/prerequisites.txt
	@for bug in $(MUTT_BUGS); do docker/mutt/build.sh --bug $$bug || exit 1; done
	@for bug in $(PINE_BUGS); do docker/pine/build.sh --bug $$bug || exit 1; done

# A container engine that answers, and its base image: Debian's, where none is there.
engine:
	@sh scripts/install-engine.sh

# The servers' images, from what is built already. docs/containers.md
images: engine servers servers-mysql servers-mail
	@for bug in $(BC_BUGS); do docker/base/image.sh bc $$bug || exit 1; done
	@for bug in $(MYSQL_BUGS); do docker/base/image.sh mysql $$bug || exit 1; done
	@for bug in $(MUTT_BUGS); do docker/base/image.sh mutt $$bug || exit 1; done
	@for bug in $(PINE_BUGS); do docker/base/image.sh pine $$bug || exit 1; done

demo: prerequisites
	bash scripts/demo.sh

test: prerequisites build servers
	bash scripts/test.sh

test-c: recorder
	bash scripts/test.sh c

test-dotnet: build servers
	bash scripts/test.sh dotnet

test-package: build servers
	bash scripts/test.sh package

# The real MariaDB and mail readers, also in containers; make test leaves them out.
test-servers: prerequisites build images
	SELFHEAL_REQUIRE_ENGINE=1 bash scripts/test.sh servers

bench: prerequisites build servers
	dotnet bench/bin/$(CONFIGURATION)/net10.0/Bench.dll

# The paper's Table 1, in containers: 25 minutes. Exit status 1 where a target is missed. docs/table1.md
table1: prerequisites build images
	dotnet bench/Table1/bin/$(CONFIGURATION)/net10.0/Table1.dll --json artifacts/table1.json --markdown artifacts/table1.md --html artifacts/table1.html $(ARGS)

format:
	dotnet format SelfHeal.sln --verify-no-changes

clean:
	rm -rf build artifacts TestResults
	find src tests samples bench adapters -name bin -o -name obj | xargs rm -rf

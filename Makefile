# What a newcomer types: make demo, make test. Everything else is a part of these two.
# On a fresh Debian 12 with only the .NET 10 SDK (root, or sudo), `prerequisites` installs the rest.
CONFIGURATION ?= Release
RECORDER := build/recorder
BC_BUGS := more_arrays genstr lookup none fixed

.PHONY: all prerequisites build recorder dotnet servers demo test test-c test-dotnet bench format clean

all: build

prerequisites:
	sh scripts/install-prerequisites.sh

build: recorder dotnet

recorder:
	cmake -S src/Recorder -B $(RECORDER) -DCMAKE_BUILD_TYPE=RelWithDebInfo -Wno-dev >/dev/null
	cmake --build $(RECORDER) -j "$$(nproc)"

dotnet:
	dotnet build SelfHeal.sln -c $(CONFIGURATION) --nologo -v quiet

servers: $(addprefix server-bc-,$(BC_BUGS))

server-bc-%:
	@docker/bc/build.sh --bug $* --prefix build/servers/bc-$*

demo: prerequisites
	bash scripts/demo.sh

test: prerequisites build servers
	bash scripts/test.sh

test-c: recorder
	bash scripts/test.sh c

test-dotnet: build servers
	bash scripts/test.sh dotnet

bench: prerequisites build servers
	dotnet bench/bin/$(CONFIGURATION)/net10.0/Bench.dll

format:
	dotnet format SelfHeal.sln --verify-no-changes

clean:
	rm -rf build TestResults
	find src tests samples bench -name bin -o -name obj | xargs rm -rf

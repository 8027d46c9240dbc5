using FluentAssertions;
using SelfHeal.Testing.Sessions;
using Xunit;

namespace SelfHeal.Testing.Tests.Sessions;

public sealed class SessionProgramTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_relative_path_is_found_in_a_directory_above()
    {
        string program = _directory.Write("build/servers/thing", "");
        Directory.CreateDirectory(_directory.At("tests/bin/Release"));
        SessionProgram.Find("build/servers/thing", _directory.At("tests/bin/Release")).Should().Be(program);
        SessionProgram.Find("build/servers/other", _directory.At("tests/bin/Release")).Should().BeNull();
    }

    [Fact]
    public void A_name_is_found_in_the_path() =>
        SessionProgram.Find("cat", _directory.Path).Should().EndWith("/cat");
}

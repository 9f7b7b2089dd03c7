"""What catalogues harvest: OAI-PMH 2.0 (http://www.openarchives.org/OAI/openarchivesprotocol.html).

``asking`` reads a request and names what is wrong with it, ``tokens`` carry a long list on, ``records`` load what is
told of materials. A material is told of once it came out here; what is withdrawn stays told of, as deleted.
"""

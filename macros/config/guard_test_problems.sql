{#- Guard tests that are disabled, or can no longer fail; the test has_basis of any export is one. -#}
{% macro guard_test_problems() %}
    {%- set problems = [] -%}
    {%- set guards = dict(covey.guard_tests()) -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'test' and node.package_name == 'covey'
            and node.test_metadata and node.test_metadata.name == 'has_basis' -%}
        {%- do guards.update({node.name: 'nobody is exported without consent'}) -%}
    {%- endfor -%}
    {%- for name, promise in guards.items() -%}
        {%- set why = namespace(text='it is disabled (enabled: false)') -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == 'test' and node.package_name == 'covey'
                and node.name == name -%}
            {%- set why.text = none -%}
            {%- if node.config.severity | lower != 'error' -%}
                {%- set why.text = 'its severity is ' ~ node.config.severity | lower -%}
            {%- elif node.config.where -%}
                {%- set why.text = 'it looks at some rows only (where: ' ~ node.config.where
                    ~ ')' -%}
            {%- elif node.config.error_if != '!= 0' or node.config.fail_calc != 'count(*)' -%}
                {%- set why.text = 'its threshold is changed (error_if: ' ~ node.config.error_if
                    ~ ', fail_calc: ' ~ node.config.fail_calc ~ ')' -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if why.text -%}
            {%- do problems.append(
                'The data test ' ~ name ~ ' (' ~ promise ~ ') is switched off: ' ~ why.text
                ~ '. Take that setting out of data_tests: covey: in your dbt_project.yml.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}

{#- The report of `covey doctor`: what is configured, what could be mapped, what is switched off and
    whether the data are enough. It writes nothing. `schemas`: further schemas to look for tables in.
    `sample_rows`: rows that value shapes are judged by. `unreadable`: relation -> reason, for what the
    warehouse refused before. -#}
{% macro covey_doctor(schemas=[], sample_rows=1000, unreadable={}) %}
    {%- set contract = covey.contract_columns() -%}
    {%- set problems = covey.unknown_var_problems() + covey.var_type_problems()
        + covey.absent_input_problems() + covey.guard_test_problems() -%}
    {%- set mapped = covey.doctor_mapped_inputs(contract, unreadable, problems) -%}
    {%- do problems.extend(covey.mapping_problems(unreadable)) -%}
    {%- set unmapped = contract.keys() | reject('in', mapped) | list -%}
    {%- set unread = [] -%}
    {%- set tables = covey.doctor_tables(covey.doctor_candidates(schemas), unreadable, unread)
        if unmapped else [] -%}
    {%- set proposals = covey.doctor_preset_proposals(tables, unmapped, contract) -%}
    {%- do proposals.update(covey.doctor_matched_proposals(
        tables, unmapped | reject('in', proposals) | list, contract, sample_rows, unread
    )) -%}
    {%- do proposals.update(covey.doctor_column_proposals(mapped, contract, sample_rows)) -%}
    {%- set judged = covey.doctor_sufficiency(mapped) -%}
    {%- set lines = ['', 'covey doctor: project ' ~ project_name ~ ', target ' ~ target.name
        ~ ' (' ~ target.type ~ ')'] -%}
    {%- do lines.extend(covey.doctor_section_configuration(problems)) -%}
    {%- do lines.extend(covey.doctor_section_inputs(contract, mapped)) -%}
    {%- do lines.extend(covey.doctor_section_proposal(proposals, contract, tables, unread,
        unmapped)) -%}
    {%- do lines.extend(covey.doctor_section_switched_off(unmapped)) -%}
    {%- do lines.extend(covey.doctor_section_sufficiency(judged)) -%}
    {%- do lines.extend(covey.doctor_section_verdict(problems, mapped, proposals, judged)) -%}
    {%- do print(lines | join('\n')) -%}
{% endmacro %}
